namespace ControlPlane.Runtime.BackTests;

/// <summary>What a draft of a connector would have made of messages that really came, against what is in service.</summary>
/// <param name="Messages">Read; at most what was asked for.</param>
/// <param name="NewlyRefused">Taken now, refused by the draft: publishing is held up for them.</param>
/// <param name="NewlyTaken">Refused now, taken by the draft.</param>
/// <param name="Otherwise">Something else than before without being refused: ignored now, another event.</param>
/// <param name="Fields">Which values differ, the most frequent first.</param>
/// <param name="Money">What the totals of changed orders differ by, per currency, in minor units.</param>
/// <param name="Sent">The same of what operations of the connector would have sent; null when there is nothing to compare. Its messages are documents, its refusals those of the mapping.</param>
/// <param name="Samples">At most <see cref="BackTest.MostSamples"/>, spread over the kinds of change.</param>
public sealed record BackTestReport(
    int Messages, int Unchanged, int Changed, int NewlyRefused, int NewlyTaken, int Otherwise, IReadOnlyList<FieldChange> Fields, IReadOnlyList<MoneyChange> Money, IReadOnlyList<BackTestSample> Samples, TimeSpan Took, BackTestReport? Sent = null)
{
    /// <summary>True: publishing is held up for what would be refused anew, coming in or going out.</summary>
    public bool HoldsUp => NewlyRefused > 0 || Sent is { NewlyRefused: > 0 };
}

/// <param name="Field">Lines are counted together: <c>lines[].unitPrice</c>.</param>
public sealed record FieldChange(string Field, int Count);

public sealed record MoneyChange(string Currency, long Minor, int Orders);

/// <param name="Kind"><c>changed</c>, <c>newly-refused</c>, <c>newly-taken</c> or <c>otherwise</c>.</param>
/// <param name="Document">The order's or shipment's number; empty when it has none.</param>
public sealed record BackTestSample(Guid MessageId, string Kind, string Document, string Field, string Before, string After);
