using System.Diagnostics;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>W3C trace context (Trace Context level 1) that outlives the request: kept on the transaction and passed on.</summary>
internal static class TraceContext
{
    /// <summary>The span that received it where it is of the sender's trace and collected, else the sender's where it sent a valid one, else the request's own, else a new one.</summary>
    public static string Parent(string? sent)
    {
        var current = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: not null } here ? here : null;
        if (ActivityContext.TryParse(sent, null, out var sender))
            return current is { Recorded: true } && current.TraceId == sender.TraceId && current.Source.HasListeners() ? current.Id! : sent!;
        return current?.Id ?? $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-00";
    }

    /// <summary>The same trace, a span of its own for one call.</summary>
    public static string Child(string parent) =>
        ActivityContext.TryParse(parent, null, out _) ? $"{parent[..36]}{ActivitySpanId.CreateRandom().ToHexString()}{parent[52..]}" : parent;
}
