using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Engine.Numbers;

/// <summary>The last number that was given to a write of a connection; see <see cref="NumberRanges"/>.</summary>
public sealed class NumberRangeRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public long Last { get; set; }
}
