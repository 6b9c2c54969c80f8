using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Section <c>ControlPlane:Scorecard</c>: prices of what poor integration costs, and how reports are made. Amounts in <see cref="Currency"/>.</summary>
public sealed class ScorecardOptions
{
    public const string Section = "ControlPlane:Scorecard";

    /// <summary>ISO 4217 code of the prices below.</summary>
    [MaxLength(3)]
    public string Currency { get; set; } = "EUR";

    /// <summary>What an hour of somebody who looks for the cause costs, 0 to 10,000. 0: not set, hours are shown without money.</summary>
    [Range(0.0, 10_000.0)]
    public double TriageHourlyRate { get; set; }

    /// <summary>So many minutes one order takes, 1 to 1,440.</summary>
    [Range(1, 1_440)]
    public int TriageMinutesPerOrder { get; set; } = 15;

    /// <summary>What sending an order again costs, 0 to 10,000. 0: not set.</summary>
    [Range(0.0, 10_000.0)]
    public double ReshipCost { get; set; }

    /// <summary>Share of missed shipments that is sent again, 0 to 1. 0: not set.</summary>
    [Range(0.0, 1.0)]
    public double ReshipShare { get; set; }

    /// <summary>A Chromium that prints reports as PDF, as <c>/usr/bin/chromium</c>. <c>auto</c>: one at the usual places. <c>none</c>, empty, or not there: reports are HTML and CSV.</summary>
    [MaxLength(300)]
    public string Chromium { get; set; } = "auto";
}
