using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>What the address of the list asks for. What cannot be understood is told, and the rest still applies.</summary>
/// <param name="At">Where the page begins; null = with the newest.</param>
/// <param name="Understood">Each filter in force, by its name in the address, as it was understood.</param>
/// <param name="Problems">What was left out or looks wrong, one text each, with what would be right.</param>
public sealed record TransactionsAddress(
    TransactionFilter Filter, PageCursor? At, IReadOnlyList<KeyValuePair<string, string>> Understood, IReadOnlyList<string> Problems)
{
    /// <summary>Every name that the address may hold, in the order in which it is written.</summary>
    public static readonly IReadOnlyList<string> Names = ["q", "state", "party", "system", "connection", "stage", "code", "from", "to", "least", "most", "at"];

    /// <param name="value">The value of a name in the address; null when it is absent.</param>
    /// <param name="zone">In which days begin and end.</param>
    /// <param name="stages">Every stage of the flows; empty when none is known, then any will do.</param>
    public static TransactionsAddress Read(Func<string, string?> value, TimeZoneInfo zone, IConnectionRegistry connections, IReadOnlyList<string> stages)
    {
        var read = new AddressReader(value);
        var states = read.Choices("state", Enum.GetValues<TransactionState>(), s => s.Word(), "There is no state “{0}”.");
        var party = read.One("party", ["us", .. Enum.GetValues<SystemRole>().Select(r => r.Word())], "Nobody is called “{0}”.");
        var stage = stages.Count == 0 ? read.Text("stage") : read.One("stage", stages, "No flow has a stage “{0}”.");
        var (from, to) = (read.Day("from"), read.Day("to"));
        if (from > to)
            to = read.LeaveOut<DateOnly?>("to", "The last day lies before the first: the last day is left out.");
        var (least, most) = (read.Amount("least"), read.Amount("most"));
        if (least is { } low && most is { } high && (low.Currency != high.Currency || low.MinorUnits > high.MinorUnits))
            most = read.LeaveOut<Money?>("most", low.Currency == high.Currency
                ? "The largest total is less than the smallest: the largest is left out."
                : $"Amounts in {low.Currency} and {high.Currency} do not compare: the largest total is left out.");
        var filter = new TransactionFilter
        {
            Search = read.Text("q"),
            States = states,
            Party = SystemRoles.TryParse(party, out var role) ? role : null,
            Ours = party == "us",
            PartyConnection = Key(read, "system", connections, c => !c.Role.Sells()),
            Connection = Key(read, "connection", connections, c => c.Role.Sells()),
            Stage = stage,
            FaultCode = read.Text("code"),
            ReceivedFrom = from is { } first ? Begin(first, zone) : null,
            ReceivedTo = to is { } last ? Begin(last.AddDays(1), zone) : null,
            TotalAtLeast = least,
            TotalAtMost = most,
        };
        return new(filter, read.Cursor("at"), read.Understood(Names), read.Problems);
    }

    /// <summary>A key that is not connected today still counts: orders of a removed connection keep its name. But it is told.</summary>
    private static string? Key(AddressReader read, string name, IConnectionRegistry connections, Func<Connection, bool> fits)
    {
        if (read.Text(name) is not { } key)
            return null;
        if (connections.Find(key) is null)
            read.Remark($"No connection is called “{AddressReader.Short(key)}” today; only orders from before it was removed can fit. There {AddressReader.List([.. connections.All.Where(fits).Select(c => c.Key).Order(StringComparer.Ordinal)])}.");
        return key;
    }

    /// <summary>Midnight of the viewer's zone; where it does not exist because clocks go forward, the moment they do.</summary>
    private static DateTimeOffset Begin(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
