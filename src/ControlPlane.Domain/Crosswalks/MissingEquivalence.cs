using System.Text.RegularExpressions;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>What has to be added to a crosswalk before a document can be mapped.</summary>
/// <param name="Direction"><c>to-ours</c> or <c>to-theirs</c>.</param>
public sealed partial record MissingEquivalence(string Table, string Value, string Direction)
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

    /// <summary>
    /// What is missing, as the message says that <see cref="Refuse"/> made and an order is stuck with; null for any other message. The name of
    /// the connection is as people know it.
    /// </summary>
    public static (string Table, string Value, string Connection)? Read(string? code, string? message) =>
        code == RefusalCode && message is not null && Words().Match(message) is { Success: true } found ? (found.Groups[1].Value, found.Groups[2].Value, found.Groups[3].Value) : null;

    [GeneratedRegex(@": the crosswalk ([a-z0-9-]+) has no entry for '(.*)' of (.*)\. Add it, or let", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    private static string Shown(string code) => code.Length <= CrosswalkRules.LongestCode ? code : code[..CrosswalkRules.LongestCode];
}
