using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>The limits in service: those of documents, and of the shipped ones those whose id no document has.</summary>
/// <param name="versions">Null = what is shipped alone.</param>
internal sealed class MarketplaceLimits(TimeProvider clock, EstateVersions? versions = null)
{
    private static readonly IReadOnlyList<MarketplaceRule> Shipped = MarketplaceRulesReader.Shipped();

    /// <summary>One an id: that which holds today.</summary>
    public async Task<IReadOnlyList<MarketplaceRule>> TodayAsync(TenantScope tenant, CancellationToken ct)
    {
        var documents = versions is null ? [] : await versions.NewestAsync(tenant, MarketplaceLimitsKind.Name, ct);
        var read = documents.Select(d => MarketplaceLimitsKind.Read(d.Document, d.Name, [])).OfType<(IReadOnlyList<MarketplaceRule> Rules, bool WithShipped)>().ToList();
        // Of two documents with the same rule the last by name counts, so that every node says the same.
        var own = read.SelectMany(r => r.Rules.GroupBy(x => x.Id, StringComparer.Ordinal)).GroupBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g.Last()).ToList();
        var ids = own.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var all = read.TrueForAll(r => r.WithShipped) ? Shipped.Where(r => !ids.Contains(r.Id)).Concat(own) : own;
        return MarketplaceRule.On(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), all);
    }
}
