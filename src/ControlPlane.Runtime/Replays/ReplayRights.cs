using ControlPlane.Runtime.Identity;

namespace ControlPlane.Runtime.Replays;

/// <summary>
/// Who may replay many orders, the same for portal and API. Operators and administrators replay whatever they choose. Business users let go
/// what they can look through: the orders of a case, or orders that they name one by one; and they stop or resume what they started.
/// </summary>
public static class ReplayRights
{
    /// <summary>Null when it is allowed; otherwise which right is missing.</summary>
    public static string? MayNotStart(BulkSelection selection, Func<string, bool> hasRole) =>
        hasRole(PortalRoles.Operator) || hasRole(PortalRoles.Admin) ? null
        : !hasRole(PortalRoles.Business) ? "Replaying orders needs the role business, admin or operator."
        : selection is { Cases.Count: > 0 } or { Ids.Count: > 0 } or { Messages.Count: > 0 } ? null
        : "Replaying by fault code, system or channel needs the role admin or operator. Release a case, or name the orders one by one.";

    /// <summary>Null when it is allowed; otherwise which right is missing.</summary>
    public static string? MayNotChange(BulkReplayRow replay, string name, Func<string, bool> hasRole) =>
        hasRole(PortalRoles.Operator) || hasRole(PortalRoles.Admin) ? null
        : hasRole(PortalRoles.Business) && replay.CreatedBy == name ? null
        : $"{replay.CreatedBy} started it. Stopping or resuming it needs the role admin or operator.";
}
