using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.Engine;

/// <summary>Section <c>ControlPlane:Engine</c>.</summary>
public sealed class EngineOptions
{
    public const string Section = "ControlPlane:Engine";

    /// <summary>Transactions of one lane that are worked on at the same moment, 1 to 1024; minor lanes get a part of it. Most of that time they wait for an answer or a commit, and the more of them wait, the fuller each commit is.</summary>
    [Range(1, 1024)]
    public int ConcurrencyPerLane { get; set; } = 256;

    /// <summary>How long a claim holds without a sign of life, in seconds, 10 to 600. Longer than the longest call.</summary>
    [Range(10, 600)]
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>A node that gave no sign of life for so many seconds is taken for dead and its work goes to the others, 3 to 300. Means nothing on SQLite, where there is one node.</summary>
    [Range(3, 300)]
    public int NodeTimeoutSeconds { get; set; } = 15;

    /// <summary>At shutdown, work in hand may go on for so many seconds to its next safe point, 1 to 120.</summary>
    [Range(1, 120)]
    public int DrainSeconds { get; set; } = 20;

    /// <summary>Longest wait for work that was committed elsewhere, in milliseconds, 20 to 10,000. Work committed here is handed over at once.</summary>
    [Range(20, 10_000)]
    public int PollMilliseconds { get; set; } = 250;

    /// <summary>Work handed over in memory per lane, 16 to 100,000; beyond it, work waits in the table.</summary>
    [Range(16, 100_000)]
    public int HandOverLimit { get; set; } = 1000;
}
