namespace ControlPlane.Runtime.Views;

/// <summary>Lists that views can be saved of.</summary>
public static class ViewPages
{
    public const string Transactions = "transactions";
    public const string Cases = "cases";
    public const string Worklist = "worklist";

    public static readonly IReadOnlyList<string> All = [Transactions, Cases, Worklist];
}

/// <param name="Query">What follows the question mark.</param>
/// <param name="Mine">True when the asking person made it.</param>
/// <param name="MayChange">True when the asking person may change it.</param>
/// <param name="IsDefault">True when the asking person begins with it.</param>
public sealed record SavedView(Guid Id, string Page, string Name, string Query, bool Shared, string OwnerName, bool Mine, bool MayChange, bool IsDefault, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>Who looks at views.</summary>
/// <param name="MayShare">Business, operator and admin: they share views and change shared ones.</param>
public sealed record ViewPerson(string Id, string Name, bool MayShare);

/// <param name="Name">Null = as it is; so for the others.</param>
public sealed record ViewChange(string? Name = null, string? Query = null, bool? Shared = null);

/// <summary>What became of the wish to change a view.</summary>
public abstract record ViewOutcome
{
    public sealed record Done(SavedView View) : ViewOutcome;

    public sealed record Refused(string Field, string Message) : ViewOutcome;

    public sealed record NotAllowed(string Message) : ViewOutcome;

    /// <summary>Somebody else was first.</summary>
    public sealed record Changed(string By, DateTimeOffset At, SavedView Now) : ViewOutcome;

    public sealed record NotThere : ViewOutcome;
}
