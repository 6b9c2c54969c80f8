using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Features.Transactions.List;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>What the address of the worklist asks for. What cannot be understood is told, and the rest still applies.</summary>
/// <param name="At">Where the page begins; null = at the top.</param>
/// <param name="Understood">Each filter in force, by its name in the address, as it was understood.</param>
public sealed record WorklistAddress(WorkFilter Filter, WorkCursor? At, IReadOnlyList<KeyValuePair<string, string>> Understood, IReadOnlyList<string> Problems)
{
    /// <summary>Every name that the address may hold, in the order in which it is written; <c>order</c> is the open panel and no filter.</summary>
    public static readonly IReadOnlyList<string> Names = ["q", "channel", "party", "system", "case", "code", "owner", "due", "least", "kind", "at", "order"];

    public static readonly IReadOnlyList<string> Kinds = ["order", "return", "settlement"];

    public static WorklistAddress Read(Func<string, string?> value, TimeZoneInfo zone, IConnectionRegistry connections, IReadOnlyList<WorkOwner> teams)
    {
        var read = new AddressReader(value);
        var party = read.One("party", ["us", .. Enum.GetValues<SystemRole>().Select(r => r.Word())], "Nobody is called “{0}”.");
        var filter = new WorkFilter
        {
            Search = read.Text("q"),
            Channel = Key(read, "channel", connections),
            Party = SystemRoles.TryParse(party, out var role) ? role : null,
            Ours = party == "us",
            System = Key(read, "system", connections),
            Case = read.Text("case") is not { } text ? null : Guid.TryParse(text, out var id) ? id : read.LeaveOut<Guid?>("case", $"“{AddressReader.Short(text)}” is no case; it is left out."),
            Code = read.Text("code"),
            Owner = read.One("owner", [WorkFilter.Mine, WorkFilter.Nobody, .. teams.Select(t => t.Key)], "No team is called “{0}”."),
            Due = read.One("due", [.. Enum.GetValues<WorkDue>().Select(WorklistPresentation.Word)], "There is no deadline “{0}”.") is { } due ? Enum.GetValues<WorkDue>().First(d => WorklistPresentation.Word(d) == due) : null,
            Least = read.Amount("least"),
            Kind = read.One("kind", Kinds, "There is no kind “{0}”."),
            Zone = zone,
        };
        WorkCursor? at = null;
        if (value("at") is { Length: > 0 } place)
            if (WorkCursor.TryParse(place, out var cursor))
                at = cursor;
            else
                read.Remark("The place in the list was not understood: the list begins at the top.");
        return new(filter, at, read.Understood(Names), read.Problems);
    }

    private static string? Key(AddressReader read, string name, IConnectionRegistry connections)
    {
        if (read.Text(name) is { } key && connections.Find(key) is null)
            read.Remark($"No connection is called “{AddressReader.Short(key)}” today; only orders from before it was removed can fit.");
        return read.Text(name);
    }
}
