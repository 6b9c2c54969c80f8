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
        var count = view.Summary.Count;
        if (count.Value == 0)
            return view.Page.Items.Count > 0 ? "Nothing fits any more." : filter == TransactionFilter.None ? "Nothing has come in yet." : "Nothing fits.";
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
        if (view.Summary.All is not { } all)
            return "";
        var few = all.Count(i => i.State == TransactionState.Stuck);
        return filter.States.Count == 0 && few > 0 && few < all.Count ? $", {few} of them stuck" : Whose(all, view.ReadAt, filter);
    }

    /// <summary>All of them were read, so each one's verdict says for whom it waits.</summary>
    private static string Whose(IReadOnlyList<TransactionListItem> items, DateTimeOffset now, TransactionFilter filter)
    {
        var all = items.Count;
        var most = items.Select(i => i.Verdict(now, TimeZoneInfo.Utc)).Where(v => v.Move != VerdictMove.Nobody).GroupBy(For).MaxBy(g => g.Count());
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
