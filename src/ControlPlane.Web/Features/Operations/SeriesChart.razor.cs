using System.Globalization;
using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Operations;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Operations;

/// <summary>One series of the dashboard, or two on top of each other.</summary>
public sealed partial class SeriesChart
{
    private const double Width = 600, Height = 120;

    private bool _table;

    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>What its figures are: "failed", "open".</summary>
    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [Parameter, EditorRequired] public IReadOnlyList<OperationPoint> Points { get; set; } = [];

    [Parameter, EditorRequired] public OperationRange Range { get; set; } = default!;

    [Parameter] public Tone Tone { get; set; } = Tone.Info;

    /// <summary>Stands on the first one; null = there is one series.</summary>
    [Parameter] public IReadOnlyList<OperationPoint>? Other { get; set; }

    [Parameter] public string OtherName { get; set; } = "";

    [Parameter] public Tone OtherTone { get; set; } = Tone.Waiting;

    /// <summary>True for what stands at a moment, false for what happened in a step.</summary>
    [Parameter] public bool Line { get; set; }

    /// <summary>True when the figures are seconds.</summary>
    [Parameter] public bool Seconds { get; set; }

    private double Top => OperationsPresentation.Top(Points.Select((p, i) => (p.Value ?? 0) + (Other?[i].Value ?? 0)).DefaultIfEmpty().Max());

    /// <summary>True when nothing happened: an empty picture would look like one that is missing.</summary>
    private bool None => !Line && Points.All(p => p.Value is 0) && Other?.All(p => p.Value is 0) != false;

    private double Slot => Width / Math.Max(1, Points.Count);

    private IEnumerable<DateTimeOffset> Ticks => Enumerable.Range(0, 5).Select(i => Range.From + (int)Math.Round(i * Range.Points / 4.0) * Range.Step);

    private string Words
    {
        get
        {
            var known = Points.Where(p => p.Value is not null).ToList();
            if (known.Count == 0)
                return $"{Title}: nothing is known of this time.";
            var most = known.MaxBy(p => p.Value)!;
            var sum = Line ? $"last {Figure(known[^1].Value)}" : $"{Figure(known.Sum(p => p.Value))} {Name}{(Other is null ? "" : $", {Figure(Other.Sum(p => p.Value))} {OtherName}")} in all";
            return $"{Title}: {sum}, most {Figure(most.Value)} at {TimeText.Absolute(most.At, Viewer.Zone, Viewer.Now)} {TimeText.Zone(most.At, Viewer.Zone)}. The button Table shows all figures.";
        }
    }

    protected override void OnInitialized() => Viewer.Changed += OnZoneChanged;

    private void OnZoneChanged() => _ = InvokeAsync(StateHasChanged);

    private double Of(double? value) => (value ?? 0) / Top * (Height - 2);

    /// <summary>A line breaks where nothing is known.</summary>
    private IEnumerable<string> Pieces()
    {
        var piece = new List<string>();
        for (var i = 0; i <= Points.Count; i++)
        {
            if (i < Points.Count && Points[i].Value is { } value)
            {
                piece.Add($"{N((i + 0.5) * Slot)},{N(Height - 1 - Of(value))}");
                continue;
            }

            // One point alone would not be seen.
            if (piece.Count == 1)
                piece.Add($"{N((i - 1 + 0.9) * Slot)},{piece[0].Split(',')[1]}");
            if (piece.Count > 0)
                yield return string.Join(' ', piece);
            piece.Clear();
        }
    }

    private string Figure(double? value) => value is not { } number ? "not known" : Seconds ? OperationsPresentation.Took(TimeSpan.FromSeconds(number)) : MoneyFormat.Count((long)number);

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    public void Dispose() => Viewer.Changed -= OnZoneChanged;
}
