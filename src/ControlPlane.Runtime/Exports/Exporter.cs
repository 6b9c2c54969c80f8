using System.ComponentModel.DataAnnotations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Exports;

/// <summary>Section <c>ControlPlane:Exports</c>.</summary>
public sealed class ExportOptions
{
    public const string Section = "ControlPlane:Exports";

    /// <summary>Exports that a node writes at the same time, 1 to 20. More are told to come back.</summary>
    [Range(1, 20)]
    public int AtOnce { get; set; } = 3;
}

/// <param name="State">What the record says became of it.</param>
public sealed record ExportItem(
    Guid Id, string Source, string Format, string Filter, string Zone, string By, bool Masked, ExportState State, DateTimeOffset At, DateTimeOffset? EndedAt, long Rows, long Bytes);

/// <summary>Writes rows to whoever asked for them, and keeps on record who took how many.</summary>
public sealed partial class Exporter(IControlPlaneDb db, IOptions<ExportOptions> options, TimeProvider clock, ILogger<Exporter> log) : IExportRecords, IDisposable
{
    private readonly SemaphoreSlim _places = new(options.Value.AtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>A place for one export; null when all are taken. Dispose it at the end.</summary>
    public IDisposable? TryTakePlace() => _places.Wait(0, CancellationToken.None) ? new Place(_places) : null;

    /// <param name="preamble">False leaves out what the file says about itself, for programs that read CSV.</param>
    /// <exception cref="OperationCanceledException">The reader went away; that is on record, too.</exception>
    public async Task WriteAsync(TenantScope tenant, string source, ExportPlan plan, ExportFormat format, ExportViewer viewer, bool preamble, Stream to, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var head = new ExportHead(plan.Title, plan.Filter, viewer.Zone, at, viewer.PersonName, Masked: !viewer.Reveal);
        var id = await BeginAsync(tenant, source, format, head, viewer, ct);
        var (rows, state) = (0L, ExportState.Failed);
        var counted = new CountedStream(to);
        IExportWriter writer = format == ExportFormat.Csv ? new CsvWriter(counted, head, plan.Columns, preamble) : new XlsxWriter(counted, head, plan.Columns);
        try
        {
            await writer.BeginAsync(ct);
            await foreach (var cells in plan.Rows.WithCancellation(ct))
            {
                await writer.RowAsync(cells, ct);
                rows++;
            }

            await writer.EndAsync(ct);
            await counted.FlushAsync(ct);
            state = ExportState.Done;
        }
        catch (OperationCanceledException)
        {
            state = ExportState.Cancelled;
            throw;
        }
        catch (IOException) when (ct.IsCancellationRequested)
        {
            state = ExportState.Cancelled;
            throw new OperationCanceledException(ct);
        }
        finally
        {
            await EndAsync(tenant, id, state, rows, counted.Written);
            try
            {
                await writer.DisposeAsync();
            }
            catch (Exception e) when (state != ExportState.Done && e is IOException or InvalidOperationException or OperationCanceledException)
            {
                // A file that was broken off has no end to write.
            }
        }
    }

    /// <inheritdoc/>
    public async Task NoteAsync(TenantScope tenant, string source, IReadOnlyList<(string Name, string Value)> filter, ExportViewer viewer, long rows, long bytes, CancellationToken ct)
    {
        var id = await BeginAsync(tenant, source, ExportFormat.Csv, new ExportHead(source, filter, viewer.Zone, clock.GetUtcNow(), viewer.PersonName, Masked: !viewer.Reveal), viewer, ct);
        await EndAsync(tenant, id, ExportState.Done, rows, bytes);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ExportItem>> ListAsync(TenantScope tenant, Guid? before, int most, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = context.Exports.AsNoTracking();
        if (before is { } edge)
            rows = rows.Where(x => x.Id.CompareTo(edge) < 0);
        return [.. (await rows.OrderByDescending(x => x.Id).Take(Math.Clamp(most, 1, 201)).ToListAsync(ct)).Select(x => new ExportItem(
            x.Id, x.Source, x.Format, x.Filter, x.Zone, x.PersonName, x.Masked, x.State, Instant.FromMicroseconds(x.At), x.EndedAt is { } end ? Instant.FromMicroseconds(end) : null, x.Rows, x.Bytes))];
    }

    private async Task<Guid> BeginAsync(TenantScope tenant, string source, ExportFormat format, ExportHead head, ExportViewer viewer, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var row = new ExportRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Source = source, Format = format.Word(), Zone = PayloadRows.Cut(head.Zone.Id, ColumnLengths.Key)!,
            Filter = PayloadRows.Cut(string.Join("; ", head.Filter.Select(f => $"{f.Name} = {f.Value}")), ColumnLengths.Path)!, Person = PayloadRows.Cut(viewer.PersonId, ColumnLengths.Identifier)!,
            PersonName = PayloadRows.Cut(viewer.PersonName, ColumnLengths.Identifier)!, Masked = head.Masked, State = ExportState.Running, At = head.At.ToMicroseconds(),
        };
        context.Exports.Add(row);
        await context.SaveChangesAsync(ct);
        return row.Id;
    }

    /// <summary>Not with the request's token: that somebody broke off is what has to be written.</summary>
    private async Task EndAsync(TenantScope tenant, Guid id, ExportState state, long rows, long bytes)
    {
        try
        {
            await using var context = db.CreateContext(tenant);
            var now = clock.GetUtcNow().ToMicroseconds();
            await context.Exports.Where(x => x.Id == id).ExecuteUpdateAsync(
                s => s.SetProperty(x => x.State, state).SetProperty(x => x.EndedAt, now).SetProperty(x => x.Rows, rows).SetProperty(x => x.Bytes, bytes), CancellationToken.None);
        }
        catch (System.Data.Common.DbException e)
        {
            // Its begin is on record.
            NotNoted(log, id, e);
        }
    }

    [LoggerMessage(2660, LogLevel.Warning, "The end of export {Export} could not be noted")]
    private static partial void NotNoted(ILogger logger, Guid export, Exception exception);

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private SemaphoreSlim? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Release();
    }
}

public static class ExportFormats
{
    public const string Allowed = "csv, xlsx";

    public static string Word(this ExportFormat format) => format == ExportFormat.Csv ? "csv" : "xlsx";

    public static ExportFormat? Parse(string? word) => word switch { "csv" => ExportFormat.Csv, "xlsx" => ExportFormat.Xlsx, _ => null };
}
