using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Views;

/// <summary>A filtered list that somebody gave a name. Times in microseconds UTC.</summary>
public sealed class SavedViewRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Which list: see <see cref="ViewPages"/>.</summary>
    public string Page { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>What follows the question mark in the address.</summary>
    public string Query { get; set; } = "";

    /// <summary>Id of the person who made it.</summary>
    public string Owner { get; set; } = "";

    public string OwnerName { get; set; } = "";

    /// <summary>True: everybody of the tenant sees it.</summary>
    public bool Shared { get; set; }

    /// <summary>Place in the bar, from the left.</summary>
    public int Position { get; set; }

    public int Revision { get; set; }

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";

    /// <summary>Deleted, and can be taken back for a while.</summary>
    public long? DeletedAt { get; set; }
}

/// <summary>The view that a person begins with on a list.</summary>
public sealed class ViewDefaultRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Person { get; set; } = "";

    public string Page { get; set; } = "";

    public Guid ViewId { get; set; }
}
