using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Exports;

/// <summary>Who took which rows out.</summary>
public interface IExportRecords
{
    /// <summary>A CSV file that was made whole elsewhere: who takes it and how much it holds is on record as of every other.</summary>
    Task NoteAsync(TenantScope tenant, string source, IReadOnlyList<(string Name, string Value)> filter, ExportViewer viewer, long rows, long bytes, CancellationToken ct);
}
