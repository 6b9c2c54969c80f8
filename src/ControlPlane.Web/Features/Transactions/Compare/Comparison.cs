using ControlPlane.Domain.Transactions;

namespace ControlPlane.Web.Features.Transactions.Compare;

/// <summary>With what the original is compared.</summary>
public enum CompareWith
{
    /// <summary>What would be made of it now: the newest flow, the mappings in service.</summary>
    Newest,

    /// <summary>What the versions of then make of it today: shows what crosswalks and the order itself changed.</summary>
    Original,

    /// <summary>Each sending with the one before it, where the order was sent a second time.</summary>
    Replays,
}

/// <param name="Row">Which row of the mapping gives the field now, and from where: "row 7, order.number"; null where that is not known.</param>
public sealed record ComparedRow(ComparedField Field, string? Row);

/// <summary>One document, side by side.</summary>
/// <param name="Title">"createSalesOrder at Business Central".</param>
/// <param name="Before">What stands at the left: "sent at 14:02, mapping shopify@12".</param>
/// <param name="After">What stands at the right.</param>
/// <param name="Problem">Why there is nothing to compare; null when there is.</param>
/// <param name="Refusals">Why it would not be sent now.</param>
public sealed record ComparedDocument(string Title, VerdictSystem? System, string Before, string After, IReadOnlyList<ComparedRow> Rows, string? Problem, IReadOnlyList<string> Refusals)
{
    public int Differences => Rows.Count(r => r.Field.Change != FieldDifference.Same);
}

/// <param name="Epochs">How often it was sent, when it was sent a second time on purpose; otherwise 1.</param>
public sealed record Comparison(CompareWith With, IReadOnlyList<ComparedDocument> Documents, int FlowThen, int FlowNow, int Epochs);
