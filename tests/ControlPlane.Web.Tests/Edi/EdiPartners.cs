using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Edi;

/// <summary>
/// The other side, over real HTTP: an ERP that books orders once per key, and the gateways of trading partner and warehouse, which keep
/// what they were handed as files.
/// </summary>
internal sealed partial class EdiPartners : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdiPartners(WebApplication app) => _app = app;

    /// <summary>Path to content and how often it came.</summary>
    public ConcurrentDictionary<string, (string Content, int Times)> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Key of a booking to what it is about.</summary>
    public ConcurrentDictionary<string, string> Booked { get; } = new(StringComparer.Ordinal);

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<EdiPartners> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var partners = new EdiPartners(app);
        app.MapPut("/{**path}", async (HttpContext http, string path) =>
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.Latin1);
            var content = await reader.ReadToEndAsync(http.RequestAborted);
            partners.Files.AddOrUpdate(path, _ => (content, 1), (_, before) => (content, before.Times + 1));
            return Results.StatusCode(201);
        });
        app.MapPost("/erp/orders", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            partners.Booked[http.Request.Headers["Idempotency-Key"].ToString()] = await reader.ReadToEndAsync(http.RequestAborted);
            return Results.Text("{\"id\":\"SO-1\"}", "application/json");
        });
        await app.StartAsync(ct);
        return partners;
    }

    /// <summary>Documents of this kind that were handed over, such as <c>mart/out/856-</c>.</summary>
    public IReadOnlyList<string> Of(string prefix) => [.. Files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value.Content)];

    /// <summary>An element of the first segment of this tag: <c>Element(x12, "GS", 6)</c>.</summary>
    public static string Element(string text, string tag, int place)
    {
        var edifact = text.StartsWith("UN", StringComparison.Ordinal);
        var segment = text.Split(edifact ? '\'' : '~').Select(s => s.Trim()).First(s => s.StartsWith(tag + (edifact ? '+' : '*'), StringComparison.Ordinal));
        return segment.Split(edifact ? '+' : '*')[place];
    }

    /// <param name="sets">Segments of each set, without ST and SE.</param>
    public static string X12(string from, string to, int number, string functionalId, string set, params string[][] sets)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"ISA*00*          *00*          *ZZ*{from,-15}*ZZ*{to,-15}*261123*0915*U*00401*{number:D9}*0*P*>~\n");
        text.Append(CultureInfo.InvariantCulture, $"GS*{functionalId}*{from}*{to}*20261123*0915*{number}*X*004010~\n");
        for (var i = 0; i < sets.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"ST*{set}*{i + 1:D4}~\n{string.Concat(sets[i].Select(s => s + "~\n"))}SE*{sets[i].Length + 2}*{i + 1:D4}~\n");
        text.Append(CultureInfo.InvariantCulture, $"GE*{sets.Length}*{number}~\nIEA*1*{number:D9}~\n");
        return text.ToString();
    }

    /// <summary>The acknowledgement of an interchange that we wrote, as its receiver makes it.</summary>
    public static string X12Acknowledgement(string sent, string from, string to, int number, params string[] faults) => X12(from, to, number, "FA", "997",
        [$"AK1*{Element(sent, "GS", 1)}*{Element(sent, "GS", 6)}", $"AK2*{Element(sent, "ST", 1)}*{Element(sent, "ST", 2)}", .. faults, faults.Length > 0 ? "AK5*R*5" : "AK5*A", faults.Length > 0 ? "AK9*R*1*1*0" : "AK9*A*1*1*1"]);

    public static string Edifact(string from, string to, string number, params (string Type, string[] Segments)[] messages)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"UNA:+.? '\nUNB+UNOC:3+{from}:14+{to}:14+261123:0915+{number}++++1'\n");
        for (var i = 0; i < messages.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"UNH+{i + 1}+{messages[i].Type}'\n{string.Concat(messages[i].Segments.Select(s => s + "'\n"))}UNT+{messages[i].Segments.Length + 2}+{i + 1}'\n");
        text.Append(CultureInfo.InvariantCulture, $"UNZ+{messages.Length}+{number}'\n");
        return text.ToString();
    }

    public static string Control(string sent, string from, string to, string number, params string[] faults)
    {
        var (us, them, code) = (Element(sent, "UNB", 2), Element(sent, "UNB", 3), faults.Length > 0 ? 4 : 7);
        string[] segments = [$"UCI+{Element(sent, "UNB", 5)}+{us}+{them}+7", $"UCM+{Element(sent, "UNH", 1)}+{Element(sent, "UNH", 2)}+{code}", .. faults];
        return Edifact(from, to, number, ("CONTRL:D:3:UN", segments)).Replace("++++1'", "'", StringComparison.Ordinal);
    }

    /// <summary>Segments between ST and SE, or UNH and UNT, of a document that the product ships as a sample.</summary>
    public static string[] Content(byte[] sample) => [.. Envelope().Match(Encoding.Latin1.GetString(sample)).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Trim().TrimEnd('~', '\''))];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [GeneratedRegex(@"\n(?:ST\*|UNH\+)[^\n]*\n(.*?\n)(?:SE\*|UNT\+)", RegexOptions.Singleline)]
    private static partial Regex Envelope();
}
