using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.ExceptionCases;

/// <summary>What let a stuck order move on.</summary>
public enum Ending
{
    /// <summary>A crosswalk was changed while it was stuck for a missing code.</summary>
    CrosswalkChanged,

    /// <summary>The order's document was edited here.</summary>
    Edited,

    /// <summary>A new version of the connector's document (its mapping) was published while it was stuck.</summary>
    MappingPublished,

    /// <summary>It went on with a newer version of its flow.</summary>
    FlowPublished,

    /// <summary>A person let it go on as it was, after something was mended elsewhere.</summary>
    TriedAgain,

    /// <summary>The channel or a person cancelled it.</summary>
    Cancelled,

    /// <summary>A newer document replaced it.</summary>
    Superseded,

    /// <summary>What it waited for came; nobody here did anything.</summary>
    ByItself,
}

/// <summary>What is known of one time that an order left a case.</summary>
/// <param name="StateNow">Where the order stands today.</param>
/// <param name="Cancelled">The journal tells of a cancellation while it was in the case or as it left.</param>
/// <param name="Person">Somebody retried, replayed or edited it while it was stuck.</param>
/// <param name="StuckAgain">It came back to the same case afterwards.</param>
public sealed record EndingFacts(string FaultCode, TransactionState StateNow, bool Cancelled, bool Person, bool Edited, bool CrosswalkChanged, bool MappingPublished, bool FlowPublished, bool StuckAgain, TimeSpan Took);

/// <param name="Worked">Of them, those that did not come back to the case.</param>
public sealed record EndingCount(Ending Ending, int Times, int Worked);

/// <summary>"The last 20 times": what ended a cause before, how often it helped, how long it took. From history alone.</summary>
/// <param name="Of">How many were looked at.</param>
/// <param name="Endings">Most frequent first.</param>
/// <param name="Median">From stuck to moving on, of those that did not come back; null when none did.</param>
/// <param name="Suggested">What to do, where history says so: at least three times, and it worked in at least half.</param>
public sealed record CaseEndings(int Of, IReadOnlyList<EndingCount> Endings, TimeSpan? Median, EndingCount? Suggested)
{
    public const int Most = 20;

    private const int LeastTimes = 3;

    public static readonly CaseEndings None = new(0, [], null, null);

    public static CaseEndings Count(IReadOnlyList<EndingFacts> times)
    {
        var endings = times.GroupBy(Decide).Select(g => new EndingCount(g.Key, g.Count(), g.Count(f => !f.StuckAgain))).OrderByDescending(e => e.Times).ThenBy(e => e.Ending).ToList();
        var took = times.Where(t => !t.StuckAgain).Select(t => t.Took).Order().ToList();
        // A cancelled order is no order that was freed: nobody is advised to lose one.
        var best = endings.Where(e => e.Ending is not (Ending.Cancelled or Ending.Superseded) && e.Times >= LeastTimes && e.Worked * 2 >= e.Times).OrderByDescending(e => e.Worked).ThenBy(e => e.Ending).FirstOrDefault();
        return new(times.Count, endings, took.Count == 0 ? null : took[took.Count / 2], best);
    }

    /// <summary>The most particular fact that fits: who changed a table and then retried has changed a table.</summary>
    public static Ending Decide(EndingFacts facts) => facts switch
    {
        { Cancelled: true } => Ending.Cancelled,
        { StateNow: TransactionState.Superseded, Person: false } => Ending.Superseded,
        { Edited: true } => Ending.Edited,
        { CrosswalkChanged: true } when facts.FaultCode.StartsWith("crosswalk.", StringComparison.Ordinal) => Ending.CrosswalkChanged,
        { FlowPublished: true, Person: true } => Ending.FlowPublished,
        { MappingPublished: true, Person: true } => Ending.MappingPublished,
        { Person: true } => Ending.TriedAgain,
        _ => Ending.ByItself,
    };
}
