using System.Globalization;
using ControlPlane.Domain.Flows;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Changes;

/// <summary>Section <c>ControlPlane:Changes</c>.</summary>
public sealed class ChangeOptions
{
    public const string Section = "ControlPlane:Changes";

    /// <summary>
    /// Minutes after receipt during which an order of a channel is not given to whoever ships, by the key of its connection: 0 to 1440. It goes
    /// before what the flow says (<c>grace</c> of a call); 0 = at once. None by default.
    /// </summary>
    public Dictionary<string, int> GraceMinutes { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null where neither the channel nor the call waits.</summary>
    public TimeSpan? GraceOf(string connection, CallStep call) =>
        GraceMinutes.TryGetValue(connection, out var minutes) ? (minutes > 0 ? TimeSpan.FromMinutes(minutes) : null) : call.Grace;
}

internal sealed class ValidateChangeOptions : IValidateOptions<ChangeOptions>
{
    private static readonly int Most = (int)FlowRules.LongestGrace.TotalMinutes;

    public ValidateOptionsResult Validate(string? name, ChangeOptions options) =>
        options.GraceMinutes.Where(g => g.Value < 0 || g.Value > Most).Select(g => string.Create(CultureInfo.InvariantCulture, $"{ChangeOptions.Section}:GraceMinutes:{g.Key} is {g.Value}. Allowed: 0 to {Most} minutes.")).ToList() is { Count: > 0 } wrong
            ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
}
