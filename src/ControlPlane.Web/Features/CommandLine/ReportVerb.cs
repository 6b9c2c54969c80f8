using System.Globalization;
using System.Text;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Makes the report of a month into a folder, from what is counted now. Stores and sends nothing.</summary>
internal static class ReportVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (!DateTime.TryParseExact(command.Options.GetValueOrDefault("month"), "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) || command.Options.GetValueOrDefault("out") is not { } folder)
        {
            await answer.ErrorAsync("Use: report --month 2026-10 --out FOLDER [--zone Europe/Berlin].");
            return CommandLineFeature.WrongUse;
        }

        var name = command.Options.GetValueOrDefault("zone", "UTC");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            await answer.ErrorAsync($"There is no time zone {name}. Name it as IANA does: Europe/Berlin.");
            return CommandLineFeature.WrongUse;
        }

        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        await app.Services.GetRequiredService<Runtime.Estate.EstateService>().ReloadAsync(TenantScope.Default, ct);
        var maker = app.Services.GetRequiredService<ReportMaker>();
        var midMonth = new DateTimeOffset(month.AddDays(14), TimeSpan.Zero);
        var basis = await maker.BasisAsync(TenantScope.Default, "report", "Monthly report", ReportPeriods.Window(ReportRhythm.Month, zone.Id, null).At(midMonth), zone.Id, ObjectiveScope.All, [], ct);
        var made = await maker.MakeAsync(TenantScope.Default, basis, ct);
        var (pdf, note) = await app.Services.GetRequiredService<PdfPrinter>().PrintAsync(made.Html, ct);
        var target = Directory.CreateDirectory(Command.Absolute(folder)).FullName;
        var written = new List<string>();
        async Task WriteAsync(string extension, byte[] bytes)
        {
            var path = Path.Combine(target, $"report-{month:yyyy-MM}.{extension}");
            await File.WriteAllBytesAsync(path, bytes, ct);
            written.Add(path);
        }

        await WriteAsync("html", Encoding.UTF8.GetBytes(made.Html));
        await WriteAsync("csv", Encoding.UTF8.GetBytes(made.Csv));
        if (pdf is not null)
            await WriteAsync("pdf", pdf);
        if (command.Json)
            return await answer.JsonAsync(new { files = written, digest = made.Digest, final = basis.Final, note }, CommandLineFeature.Done);
        foreach (var path in written)
            await answer.LineAsync(path);
        await answer.LineAsync($"Digest of the events and orders: {made.Digest}.{(basis.Final ? "" : " Outcomes of the month can still change.")}{(note.Length > 0 ? " " + note : "")}");
        return CommandLineFeature.Done;
    }
}
