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

    public static string Answer(TransactionsView view, TransactionFilter filter)
    {
        var count = view.Count ?? new CappedCount(view.Page.Items.Count, true);
        if (view.Page.Items.Count == 0)
            return filter == TransactionFilter.None ? "Nothing has come in yet." : "Nothing fits.";
        var orders = count is { Value: 1, AtLeast: false } ? "1 order" : $"{count} orders";
        var how = view.Page.Match switch
        {
            SearchMatch.Exact => " with exactly this number",
            SearchMatch.Prefix => " with numbers that begin like this; none is exactly this",
            _ => filter.States is [var only] ? $" {(count.Value == 1 ? "is" : "are")} {StatusPresentation.Of(only).Word.ToLowerInvariant()}" : "",
        };
        return $"{orders}{how}{Whose(view, count)}, newest first.";
    }

    /// <summary>Whom most of them wait for; told only where the page shows all of them.</summary>
    private static string Whose(TransactionsView view, CappedCount count)
    {
        if (count.AtLeast || count.Value > view.Page.Items.Count || count.Value < 2)
            return "";
        var moves = view.Page.Items.Where(i => !i.State.IsFinal()).Select(i => Move(i.Verdict(view.ReadAt, TimeZoneInfo.Utc))).OfType<(SystemRole? Role, string? Name)>().ToList();
        return moves.GroupBy(m => m.Name ?? "ControlPlane").OrderByDescending(g => g.Count()).FirstOrDefault() is { } most && moves.Count > 0
            ? most.Count() == count.Value ? $"; it is the move of {most.Key} for all of them" : $"; for {most.Count()} of them it is the move of {most.Key}"
            : "";
    }

    public static string NothingFits(TransactionFilter filter) => filter.Search is { } text
        ? $"No order carries a number that is or begins with “{(text.Length > 40 ? text[..40] + "…" : text)}”. Check the number, or clear the other filters."
        : "No order fits all of these filters at once.";

    public static string FilterWord(string name) => name switch
    {
        "q" => "Number",
        "state" => "State",
        "party" => "Whose move",
        "system" => "At",
        "connection" => "Channel",
        "stage" => "Stage",
        "from" => "From",
        "to" => "To",
        "least" => "At least",
        _ => "Fault",
    };

    public static string FilterValue(string name, string value, IConnectionRegistry connections) => name switch
    {
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
