using ControlPlane.Domain.Operations;

namespace ControlPlane.Domain.Tests.Operations;

/// <summary>What an address may say of a time, and what is made of it.</summary>
public sealed class OperationRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 6, 17, 42, TimeSpan.Zero);

    [Theory]
    [InlineData("1h", 1, 61)]
    [InlineData("6h", 5, 74)]
    [InlineData("24h", 15, 98)]
    [InlineData("7d", 60, 169)]
    [InlineData("30d", 360, 121)]
    public void A_range_has_points_that_can_be_told_apart_and_begins_at_a_border_of_its_steps(string word, int minutes, int most)
    {
        var range = OperationRange.Read(word, null, null, Now, out _, out _)!;
        Assert.Equal(TimeSpan.FromMinutes(minutes), range.Step);
        Assert.InRange(range.Points, 60, most);
        Assert.Equal(0, range.From.UtcTicks % range.Step.Ticks);
        Assert.True(range.To > Now && range.From <= Now && Now - range.From < TimeSpan.FromDays(31));
        // A minute later it begins at the same border, or at the next one: points do not crawl.
        Assert.Equal(0, (OperationRange.Of(word, Now.AddMinutes(1)).From - range.From).Ticks % range.Step.Ticks);
    }

    [Fact]
    public void Without_a_word_it_is_six_hours() => Assert.Equal("6h", OperationRange.Read(" ", null, null, Now, out _, out _)!.Word);

    [Fact]
    public void From_and_to_are_taken_in_any_zone_and_widened_to_what_is_counted()
    {
        var range = OperationRange.Read(null, "2026-11-28T10:00:30+01:00", "2026-11-28T11:30:10 01:00", Now, out _, out _)!;
        Assert.Equal((new DateTimeOffset(2026, 11, 28, 9, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 28, 10, 31, 0, TimeSpan.Zero)), (range.From, range.To));
        Assert.False(range.Hourly);
    }

    [Fact]
    public void What_is_older_than_minutes_are_kept_is_counted_by_the_hour()
    {
        var range = OperationRange.Read(null, "2026-10-28T10:20:00Z", "2026-10-28T11:30:00Z", Now, out _, out _)!;
        Assert.True(range.Hourly);
        Assert.Equal((10, 12, TimeSpan.FromHours(1)), (range.From.Hour, range.To.Hour, range.Step));
    }

    [Theory]
    [InlineData("2h", null, null, "range")]
    [InlineData("1 hour", null, null, "range")]
    [InlineData("6h", "2026-11-28T10:00:00Z", "2026-11-28T11:00:00Z", "range")]
    [InlineData(null, "2026-11-28T10:00:00Z", null, "to")]
    [InlineData(null, null, "2026-11-28T10:00:00Z", "from")]
    [InlineData(null, "2026-11-28T10:00:00", "2026-11-28T11:00:00Z", "from")]
    [InlineData(null, "yesterday", "2026-11-28T11:00:00Z", "from")]
    [InlineData(null, "2026-11-28T11:00:00Z", "2026-11-28T11:00:00Z", "to")]
    [InlineData(null, "2026-11-28T11:00:00Z", "2026-11-28T10:00:00Z", "to")]
    [InlineData(null, "2024-11-28T11:00:00Z", "2026-11-28T10:00:00Z", "to")]
    [InlineData(null, "2026-12-28T11:00:00Z", "2026-12-29T10:00:00Z", "from")]
    [InlineData(null, "0001-01-01T00:00:00Z", "2026-12-29T10:00:00Z", "from")]
    public void Nonsense_is_told_by_field_with_what_is_allowed(string? range, string? from, string? to, string field)
    {
        Assert.Null(OperationRange.Read(range, from, to, Now, out var wrong, out var problem));
        Assert.Equal(field, wrong);
        Assert.Contains("1h, 6h, 24h, 7d, 30d", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_percentile_is_the_border_of_its_bucket_but_never_more_than_the_longest()
    {
        var durations = Enumerable.Range(1, 100).Select(i => i * 100_000L).ToList();
        var counts = durations.GroupBy(LatencyBuckets.Of).Select(g => KeyValuePair.Create(g.Key, (long)g.Count()));
        Assert.Equal(TimeSpan.FromSeconds(5), LatencyBuckets.Percentile(counts, 10_000_000, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(9.7), LatencyBuckets.Percentile(counts, 9_700_000, 0.95));
        Assert.Null(LatencyBuckets.Percentile([], 0, 0.95));
        Assert.Equal(TimeSpan.FromDays(3), LatencyBuckets.Percentile([KeyValuePair.Create(LatencyBuckets.Of(TimeSpan.FromDays(3).Ticks / 10), 1L)], (long)TimeSpan.FromDays(3).TotalMicroseconds, 0.95));
    }

    [Theory]
    [InlineData("edi.segment", TransformationFault.Document)]
    [InlineData(null, TransformationFault.Document)]
    [InlineData("mapping.required_missing", TransformationFault.Mapping)]
    [InlineData("crosswalk.missing", TransformationFault.Crosswalk)]
    [InlineData("schema.violated", TransformationFault.Schema)]
    [InlineData("shipment.no_lines", TransformationFault.Validation)]
    public void A_refused_message_always_has_a_class(string? code, TransformationFault fault) => Assert.Equal(fault, TransformationFaults.OfMessage(code));
}
