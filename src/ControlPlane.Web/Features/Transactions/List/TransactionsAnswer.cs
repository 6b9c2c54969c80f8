using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>The line under the title: "12 orders are stuck, 9 of them wait for the warehouse."</summary>
public static class TransactionsAnswer
{
    public static string Of(TransactionsView view, TransactionFilter filter)
    {
        if (view.Page.Items.Count == 0)
            return filter == TransactionFilter.None ? "Nothing has come in yet." : "Nothing fits.";
        var count = view.Summary.Count;
        var orders = count is { Value: 1, AtLeast: false } ? "1 order" : $"{count} orders";
        var how = view.Page.Match switch
        {
            SearchMatch.Exact => " with exactly this number",
            SearchMatch.Prefix => " with numbers that begin like this; none is exactly this",
            _ => filter.States.Count == 0 ? "" : $" {(count.Value == 1 ? "is" : "are")} {string.Join(" or ", filter.States.Select(Word))}",
        };
        return $"{orders}{how}{Tail(view, filter)}.";
    }

    private static string Tail(TransactionsView view, TransactionFilter filter)
    {
        if (view.Summary.Standing is { } standing)
            return Where(standing, view.Summary.Count);
        if (view.Summary.Stuck is { } stuck)
            return stuck.Value == 0 ? ", none of them stuck" : $", {stuck} of them stuck";
        if (view.Page.Items.Count != view.Summary.Count.Value || view.Summary.Count.AtLeast)
            return "";
        var few = view.Page.Items.Where(i => i.State == TransactionState.Stuck).ToList();
        if (filter.States.Count == 0 && few.Count > 0 && few.Count < view.Page.Items.Count)
            return $", {few.Count} of them stuck";
        return Whose(view, filter);
    }

    /// <summary>The page shows all of them, so each one's verdict says for whom it waits.</summary>
    private static string Whose(TransactionsView view, TransactionFilter filter)
    {
        var all = view.Page.Items.Count;
        var most = view.Page.Items.Select(i => i.Verdict(view.ReadAt, TimeZoneInfo.Utc)).Where(v => v.Move != VerdictMove.Nobody).GroupBy(For).MaxBy(g => g.Count());
        if (most is null)
            return "";
        var n = most.Count();
        var waiting = filter.States is [TransactionState.Waiting];
        return most.Key switch
        {
            null when all == 1 => "; whose move it is, is not known",
            null => $"; for {(n == all ? "all" : n)} of them it is not known whose move it is",
            var whom when all > 1 => $", {(n == all ? "all" : n)} of them {(waiting ? "" : n == 1 ? "waits " : "wait ")}for {whom}",
            var whom when waiting => $" for {whom}",
            var whom => filter.States.Count > 0 ? $" and waits for {whom}" : $", which waits for {whom}",
        };
    }

    /// <summary>For whom it waits; null = the facts do not say.</summary>
    private static string? For(Verdict verdict) => verdict.Move switch
    {
        VerdictMove.Unknown => null,
        VerdictMove.Us => The(null),
        _ when verdict.System is { } system => The(system.Role),
        VerdictMove.Erp => The(SystemRole.Erp),
        VerdictMove.Warehouse => The(SystemRole.Wms),
        VerdictMove.Marketplace => The(SystemRole.Marketplace),
        VerdictMove.Channel => "the channel",
        _ => "another system",
    };

    /// <summary>More than a page: it is known where they stand, not yet whose move it is.</summary>
    private static string Where(IReadOnlyList<Standing> standing, CappedCount count) => standing switch
    {
        [] => "",
        [var only] => $", all of them {At(only.Party)}",
        [var most, ..] when !count.AtLeast => $", {MoneyFormat.Count(most.Count)} of them {At(most.Party)}",
        [var most, ..] => $"; of {MoneyFormat.Count(count.Value)} looked at, {MoneyFormat.Count(most.Count)} stand {At(most.Party)}",
    };

    private static string At(SystemRole? role) => role is null ? "here" : $"at {The(role)}";

    private static string Word(TransactionState state) => StatusPresentation.Of(state).Word.ToLowerInvariant();

    /// <summary>Inside a sentence. Null = ours.</summary>
    private static string The(SystemRole? role) => role switch
    {
        null => "us",
        SystemRole.Erp or SystemRole.ThreePl or SystemRole.B2B => "the " + PartyPresentation.Word(role),
        SystemRole.Payment => "the payment service",
        SystemRole.Notification => "the notification service",
        SystemRole.CustomerData => "the customer data service",
        _ => "the " + PartyPresentation.Word(role).ToLowerInvariant(),
    };
}
