using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>What has to be added to a crosswalk before a document can be mapped.</summary>
/// <param name="Direction"><c>to-ours</c> or <c>to-theirs</c>.</param>
public sealed record MissingEquivalence(string Table, string Value, string Direction)
{
    /// <summary>Stable: faults are grouped by it.</summary>
    public const string RefusalCode = "crosswalk.missing";

    /// <summary>Names table and value: a code is no secret, and without it nobody could add the entry.</summary>
    public static Refusal Refuse(CrosswalkRule rule, ICrosswalks crosswalks, string code, string connection, string target, string field) => new(
        RefusalCode, field,
        crosswalks.Knows(rule.Table)
            ? $"{target}: the crosswalk {rule.Table} has no entry for '{Shown(code)}' of {connection}. Add it, or let the mapping row say what to do without one (onMissing)."
            : $"{target}: there is no crosswalk named {rule.Table}. Make it under Data, Crosswalks, or correct the name in the mapping row.")
    {
        Missing = new(rule.Table, Shown(code), rule.Direction.Word()),
    };

    private static string Shown(string code) => code.Length <= CrosswalkRules.LongestCode ? code : code[..CrosswalkRules.LongestCode];
}
