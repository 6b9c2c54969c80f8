using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Tryton;

/// <summary>A running Tryton 6.0, named by the environment, and the gateway in small: authenticates, logs in again once, loses answers when told to.</summary>
public sealed class TrytonServer : IExchange, IDisposable
{
    public const string Variable = "CONTROLPLANE_TEST_TRYTON";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly MemoryTokens _tokens = new();

    private TrytonServer(Uri address, IConnector connector, Connection connection) => (Address, Connector, Connection, Person) = (address, connector, connection, new(address));

    /// <summary>Who works there beside us.</summary>
    public TrytonPerson Person { get; }

    public Uri Address { get; }

    public IConnector Connector { get; }

    public Connection Connection { get; }

    /// <summary>Calls that went out, log-ins included.</summary>
    public List<string> Methods { get; } = [];

    /// <summary>Given a method of a write and its count from 1; true: the answer is lost after the server did it.</summary>
    public Func<string, int, bool> Loses { get; set; } = (_, _) => false;

    /// <summary>Done just before a call is sent: somebody else is at work, too.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>Skips visibly without a server.</summary>
    public static TrytonServer Open(IReadOnlyDictionary<string, string>? settings = null, string password = TrytonPerson.Password, string user = "connector", SystemRole role = SystemRole.Erp)
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(text is { Length: > 0 }, $"There is no Tryton: {Variable} is not set.");
        var address = new Uri(text!);
        var connector = ConnectorsFeature.BuiltIn(TimeProvider.System).Find("tryton")!;
        var all = new Dictionary<string, string> { ["user"] = user, ["shippingProduct"] = "SHIPPING", ["acceptWarnings"] = "shipment_out_no_carrier_*" };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            all[name] = value;
        var connection = new Connection
        {
            Key = "tryton",
            Connector = "tryton",
            Role = role,
            DisplayName = "Tryton",
            BaseAddress = address,
            AllowPrivateNetwork = true,
            Settings = all,
            Secrets = new Dictionary<string, string> { ["password"] = password },
        };
        Assert.Empty(connector.Check(connection));
        return new(address, connector, connection);
    }

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        var method = JsonNode.Parse(request.Body.Span)!["method"]!.GetValue<string>();
        if (Before is { } before && request.Authenticated)
            await before(method);
        var answer = await OnceAsync(request, method, ct);
        if (answer.Status == 401 && request.Authenticated && Connector.ForgetTokens(Connection, _tokens))
            answer = await OnceAsync(request, method, ct);
        if (request.Authenticated && Loses(method, Methods.Count(m => m == method)))
            throw new ExchangeException(new(request.Writes ? FaultKind.UnknownOutcome : FaultKind.Transient, "outbound.cut_off", "The answer was lost."));
        return answer;
    }

    private async Task<ExchangeAnswer> OnceAsync(ExchangeRequest request, string method, CancellationToken ct)
    {
        if (request.Authenticated)
            await Connector.AuthenticateAsync(request, Connection, _tokens, this, ct);
        Methods.Add(method);
        using var message = new HttpRequestMessage(request.Method, Address.ToString().TrimEnd('/') + request.Path)
        {
            Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(request.ContentType!) } },
        };
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(message, ct);
        return new()
        {
            Status = (int)response.StatusCode,
            ContentType = response.Content.Headers.ContentType?.ToString(),
            Headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase),
            Body = await response.Content.ReadAsByteArrayAsync(ct),
        };
    }

    /// <summary>Ends the session that the connector holds, as the server's own clock would.</summary>
    public Task<ExchangeAnswer> LogOutAsync() => SendAsync(
        new() { Method = HttpMethod.Post, Path = "/", ContentType = "application/json", Body = "{\"id\":1,\"method\":\"common.db.logout\",\"params\":[]}"u8.ToArray() }, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        Person.Dispose();
    }
}
