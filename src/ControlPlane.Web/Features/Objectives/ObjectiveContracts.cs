using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Web.Features.Objectives;

/// <param name="Standing"><c>met</c>, <c>missed</c> or <c>no_data</c>: with too few events it is neither.</param>
/// <param name="Attained">Share that was good, 0 to 1; null without data.</param>
/// <param name="BudgetLeft">Share of the error budget: 1 = all of it, below 0 = overspent; null without data.</param>
public sealed record StandingItem(string Standing, decimal? Attained, decimal? BudgetLeft, long Events, decimal BadUnits)
{
    internal static StandingItem Of(Attainment a) => new(Word(a.Standing), a.Ratio, a.Left, a.Events, a.Spent);

    internal static string Word(ObjectiveStanding standing) => standing switch { ObjectiveStanding.Met => "met", ObjectiveStanding.Missed => "missed", _ => "no_data" };
}

/// <param name="BurnNow">Over the last hour, times the pace at which the budget would last exactly; null without events.</param>
/// <param name="Watermark">Outcomes are final for what began before; null = never counted.</param>
/// <param name="Rebuilding">A new version of the indicator is being counted; figures are of the version before.</param>
public sealed record ObjectiveItem(
    string Name, string Title, string Indicator, decimal Target, string Within, DateTimeOffset From, DateTimeOffset To, StandingItem Standing, StandingItem WithoutExclusions, decimal? BurnNow, string? Owner, int Version,
    DateTimeOffset ReadUpTo, DateTimeOffset? Watermark, bool Rebuilding)
{
    internal static ObjectiveItem Of(ObjectiveFigure f)
    {
        var o = f.Published.Objective;
        return new(
            o.Name, o.Title, o.Indicator, o.Target, ObjectiveText.Short(f.Published.Indicator.Within), f.Period.From, f.Period.To, StandingItem.Of(f.Ways.Whole), StandingItem.Of(f.Ways.Adjusted), f.BurnNow, f.Published.Owner,
            f.Published.Version, f.Age.ReadUpTo, f.Age.Watermark, f.Age.Rebuilding);
    }
}

/// <param name="Silent">Parts without data.</param>
public sealed record CompositeItem(string Name, decimal? BudgetLeft, decimal? Attained, IReadOnlyList<string> Silent)
{
    internal static CompositeItem Of(CompositeFigure f) => new(f.Composite.Name, f.Standing.Left, f.Standing.Ratio, f.Standing.Silent);
}

public sealed record ObjectiveList(IReadOnlyList<ObjectiveItem> Items, IReadOnlyList<CompositeItem> Composites);

public sealed record BurnPoint(DateTimeOffset At, decimal Left);

/// <param name="PerMille">Tenths of a percent; all parts sum to exactly 1000.</param>
public sealed record ShareItem(string Key, long Missed, int PerMille);

/// <param name="Curve">Budget left under the target and limit asked for.</param>
public sealed record WhatIfAnswer(DateTimeOffset From, DateTimeOffset To, StandingItem Now, StandingItem Then, IReadOnlyList<BurnPoint> Curve);

public sealed record ObjectiveDetail(ObjectiveItem Objective, IReadOnlyList<BurnPoint> BurnDown, IReadOnlyList<ShareItem> ByParty, IReadOnlyList<ShareItem> ByCase, WhatIfAnswer? WhatIf);

public sealed record MissedItem(Guid TransactionId, string Number, string Connection, DateTimeOffset StartedAt, double? TookSeconds, string Party, Guid? CaseId, string Currency, long? TotalMinor)
{
    internal static MissedItem Of(MissedEvent m) => new(m.TransactionId, m.Number, m.Connection, m.StartedAt, m.Took?.TotalSeconds, m.Party, m.CaseId, m.Currency, m.TotalMinor);
}

public sealed record DefinitionVersion(int Version, string Author, string Reason, DateTimeOffset At, string Document);

/// <param name="Document">YAML of kind Objective, Indicator or ObjectiveComposite.</param>
public sealed record DefinitionBody(string? Document, string? Reason);

public sealed record DefinitionAnswer(string Outcome, string Message, int Version);

public sealed record ExclusionBody(string? Name, string? Objective, DateTimeOffset? From, DateTimeOffset? To, string? Reason);

public sealed record ReasonBody(string? Reason);

public sealed record ExclusionAnswer(string Outcome, string Message, Guid Id);

/// <param name="Document">OpenSLO v1, several documents or a list.</param>
public sealed record OpenSloBody(string? Document, string? Reason);

public sealed record OpenSloAnswer(IReadOnlyList<OpenSloOutcome> Objectives);

public sealed record OpenSloOutcome(string Name, string Outcome, int Version);

/// <param name="LeftOut">What OpenSLO cannot say: composites, 4-4-5 calendars, and fields such as owner and scope, each with its name.</param>
public sealed record OpenSloExport(string Document, IReadOnlyList<string> LeftOut);
