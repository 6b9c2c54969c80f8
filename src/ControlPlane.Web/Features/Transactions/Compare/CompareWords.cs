using ControlPlane.Domain.Transactions;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Transactions.Compare;

/// <summary>Words and addresses of the comparison.</summary>
public static class CompareWords
{
    public static readonly IReadOnlyList<(CompareWith With, string Word)> Choices = [(CompareWith.Newest, "What would be sent now"), (CompareWith.Original, "The versions of then"), (CompareWith.Replays, "Sent a second time")];

    public static CompareWith Read(string? word) => word switch { "original" => CompareWith.Original, "replays" => CompareWith.Replays, _ => CompareWith.Newest };

    public static string Href(Guid id, CompareWith with) => $"{PageUrls.Transaction(id)}?tab=compare{(with == CompareWith.Newest ? "" : with == CompareWith.Original ? "&with=original" : "&with=replays")}";

    public static string Word(FieldDifference change) => change switch { FieldDifference.Added => "added", FieldDifference.Gone => "gone", FieldDifference.Changed => "changed", _ => "the same" };

    public static string Answer(Comparison c)
    {
        var (refused, differing) = (c.Documents.Count(d => d.Refusals.Count > 0), c.Documents.Count(d => d.Differences > 0));
        var compared = c.Documents.Count(d => d.Problem is null);
        var flow = c.With == CompareWith.Replays ? "" : c.FlowThen == c.FlowNow ? $" Flow version {c.FlowNow}." : $" Flow version {c.FlowThen} then, {c.FlowNow} now.";
        return (refused > 0 ? $"{refused} of {compared} documents would be refused." : compared == 0 ? "Nothing could be compared." : differing == 0 ? "Everything is the same." : $"{differing} of {compared} documents differ.") + flow;
    }
}
