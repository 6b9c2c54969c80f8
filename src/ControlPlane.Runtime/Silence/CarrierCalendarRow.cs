using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Silence;

/// <summary>A calendar, as its YAML document says.</summary>
public sealed class CarrierCalendarRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public string Document { get; set; } = "";

    public int Revision { get; set; }

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";
}
