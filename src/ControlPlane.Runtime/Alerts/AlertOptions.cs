using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Section <c>ControlPlane:Alerts</c>: how often objectives are looked at, and how often people are told.</summary>
public sealed class AlertOptions
{
    /// <summary>Seconds between two looks, 10 to 300.</summary>
    [Range(10, 300)]
    public int EvaluateEverySeconds { get; set; } = 30;

    /// <summary>Least minutes between two messages about one incident, 1 to 1,440. What becomes urgent is told at once.</summary>
    [Range(1, 1_440)]
    public int UpdateEveryMinutes { get; set; } = 30;

    /// <summary>Minutes without burning after which an incident is over, 1 to 240.</summary>
    [Range(1, 240)]
    public int ResolveAfterMinutes { get; set; } = 10;

    /// <summary>Messages that a channel does not take, one after the other, after which that is an alert, 1 to 100.</summary>
    [Range(1, 100)]
    public int ChannelFailures { get; set; } = 3;

    /// <summary>Minutes for which the journal may be not counted before that is an alert, 2 to 240.</summary>
    [Range(2, 240)]
    public int CountingLateMinutes { get; set; } = 5;
}
