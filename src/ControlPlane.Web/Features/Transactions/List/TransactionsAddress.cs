using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>What the address of the list asks for. What cannot be understood is told, and the rest still applies.</summary>
/// <param name="Problems">One sentence for each value that was left out.</param>
public sealed record TransactionsAddress(TransactionFilter Filter, IReadOnlyList<string> Problems)
{
    /// <param name="value">The value of a name in the address; null when it is absent.</param>
    /// <param name="zone">In which days begin and end.</param>
    public static TransactionsAddress Read(Func<string, string?> value, TimeZoneInfo zone)
    {
        var problems = new List<string>();
        var states = new List<TransactionState>();
        foreach (var word in (value("state") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (TransactionStates.TryParse(word, out var state))
                states.Add(state);
            else
                problems.Add($"There is no state “{Short(word)}”. There are {string.Join(", ", Enum.GetValues<TransactionState>().Select(s => s.Word()))}.");
        var party = value("party");
        SystemRole? role = null;
        if (party is not null and not "us")
        {
            if (SystemRoles.TryParse(party, out var parsed))
                role = parsed;
            else
                problems.Add($"Nobody is called “{Short(party)}”. It is us, or one of {string.Join(", ", Enum.GetValues<SystemRole>().Select(r => r.Word()))}.");
        }

        var from = Day("from", value, problems);
        var to = Day("to", value, problems)?.AddDays(1);
        if (from >= to)
        {
            problems.Add("The last day lies before the first: the last day is left out.");
            to = null;
        }

        return new(new()
        {
            Search = string.IsNullOrWhiteSpace(value("q")) ? null : value("q"),
            States = states,
            Party = role,
            Ours = party == "us",
            PartyConnection = value("system"),
            Connection = value("connection"),
            Stage = value("stage"),
            FaultCode = value("code"),
            ReceivedFrom = Begin(from, zone),
            ReceivedTo = Begin(to, zone),
            TotalAtLeast = Amount(value("least"), problems),
        }, problems);
    }

    private static DateTime? Day(string name, Func<string, string?> value, List<string> problems)
    {
        if (value(name) is not { } text)
            return null;
        if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 2200)
            return day;
        problems.Add($"“{Short(text)}” is no day. Write it as 2026-11-23.");
        return null;
    }

    /// <summary>Midnight of the viewer's zone; where it does not exist because clocks go forward, the moment they do.</summary>
    private static DateTimeOffset? Begin(DateTime? day, TimeZoneInfo zone)
    {
        if (day is not { } local)
            return null;
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary><c>250 EUR</c> or <c>250.00 EUR</c>: without a currency an amount says nothing.</summary>
    private static Money? Amount(string? text, List<string> problems)
    {
        if (text is null)
            return null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, { Length: 3 } currency]
            && Money.TryParse(number, currency.ToUpperInvariant(), out var money) && money.MinorUnits >= 0)
            return money;
        problems.Add($"“{Short(text)}” is no amount. Write it as 250 EUR.");
        return null;
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
