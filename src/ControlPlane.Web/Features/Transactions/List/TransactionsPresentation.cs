using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>The words of the list.</summary>
public static class TransactionsPresentation
{
    public static readonly IReadOnlyList<SystemRole> Parties = [SystemRole.Storefront, SystemRole.Marketplace, SystemRole.Erp, SystemRole.Wms, SystemRole.ThreePl];

    /// <summary>Connections to choose from; the chosen one is among them even when it was removed.</summary>
    public static IEnumerable<(string Key, string Name)> Choices(IConnectionRegistry connections, bool sells, string? chosen)
    {
        var known = connections.All.Where(c => c.Role.Sells() == sells).OrderBy(c => c.DisplayName, StringComparer.Ordinal).Select(c => (c.Key, c.DisplayName)).ToList();
        return chosen is null || known.Any(c => c.Key == chosen) ? known : known.Append((chosen, connections.Find(chosen)?.DisplayName ?? chosen));
    }

    public static string NothingFits(TransactionFilter filter) => filter.Search is { } text
        ? $"No order carries a number that is or begins with “{(text.Length > 40 ? text[..40] + "…" : text)}”. Check the number, or clear the other filters."
        : "No order fits all of these filters at once.";

    public static string FilterWord(string name) => name switch
    {
        "q" => "Number",
        "state" => "State",
        "party" => "Whose move",
        "system" => "Stands at",
        "connection" => "Channel",
        "stage" => "Stage",
        "from" => "Received from",
        "to" => "Received to",
        "least" => "Total at least",
        "most" => "Total at most",
        _ => "Fault",
    };

    public static string FilterValue(string name, string value, IConnectionRegistry connections) => name switch
    {
        "state" => string.Join(", ", value.Split(", ").Select(w => TransactionStates.TryParse(w, out var state) ? StatusPresentation.Of(state).Word : w)),
        "party" => value == "us" ? PartyPresentation.Word(null) : SystemRoles.TryParse(value, out var role) ? PartyPresentation.Word(role) : value,
        "system" or "connection" => connections.Find(value)?.DisplayName ?? value,
        "stage" => StageWords.Of(value),
        _ => value,
    };

    /// <summary>Whose move it is, as the verdict says; null = nobody's.</summary>
    public static (SystemRole? Role, string? Name)? Move(Verdict verdict) => verdict.Move switch
    {
        VerdictMove.Nobody or VerdictMove.Unknown => null,
        VerdictMove.Us => (null, null),
        _ => (verdict.System?.Role, verdict.System?.DisplayName),
    };
}
