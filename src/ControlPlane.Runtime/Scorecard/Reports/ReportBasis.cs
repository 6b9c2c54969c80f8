using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Scorecard;

/// <param name="Version">Of the objective's document.</param>
public sealed record ReportObjective(string Name, int Version);

/// <summary>
/// Everything a report is made of besides what happened: kept with it, so that the same report can be made again whatever has been renamed,
/// republished or left out since.
/// </summary>
/// <param name="AsOf">What had happened up to here is in it.</param>
/// <param name="Final">False: outcomes of the period could still change when it was made.</param>
/// <param name="Names">Of connections, by key.</param>
/// <param name="Composites">As they were made up; null in reports of before they were in.</param>
/// <param name="PlainStates">CSV says states without their marks. False in reports of before that: made again they are the same, byte for byte.</param>
/// <param name="Overdue">What nobody had reviewed in time; null in reports of before it was in, and where no reviews are kept.</param>
public sealed record ReportBasis(
    string Name, string Title, DateTimeOffset From, DateTimeOffset To, DateTimeOffset AsOf, string Zone, bool Final, ObjectiveScope Scope, IReadOnlyList<ReportObjective> Objectives, IReadOnlyList<Exclusion> Exclusions,
    IReadOnlyDictionary<string, string> Names, ReportPrices Prices, IReadOnlyList<string> Recipients,
    IReadOnlyList<Composite>? Composites = null, ReportDebt? Overdue = null, bool PlainStates = false)
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public ObjectivePeriod Period => new(From, To);

    public TimeZoneInfo ZoneInfo => TimeZoneInfo.FindSystemTimeZoneById(Zone);

    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <exception cref="JsonException">It was not written by <see cref="Write"/>.</exception>
    public static ReportBasis Read(string text) => JsonSerializer.Deserialize<ReportBasis>(text, Options) ?? throw new JsonException("There is no basis.");
}

/// <summary>Prices as they were set.</summary>
public sealed record ReportPrices(string Currency, decimal HourlyRate, int MinutesPerOrder);

/// <summary>
/// The debt of reviews at the report's instant. It is kept and not read again: what stands on the clock, and how often, is only known of today, and a
/// review may be taken back.
/// </summary>
/// <param name="Count">All; <paramref name="Longest"/> holds at most <see cref="Most"/>.</param>
/// <param name="Longest">The longest overdue first.</param>
public sealed record ReportDebt(int Count, IReadOnlyList<ReportOverdue> Longest)
{
    public const int Most = 100;
}

/// <param name="Kind">As people read it.</param>
/// <param name="Owner">Empty = nobody's.</param>
/// <param name="Days">Since it was due.</param>
public sealed record ReportOverdue(string Kind, string Key, string Title, string Owner, DateOnly Due, int Days);

/// <param name="Digest">SHA-256 over the ids of all events and orders that it counts, hex.</param>
public sealed record MadeReport(string Html, string Csv, string Digest);
