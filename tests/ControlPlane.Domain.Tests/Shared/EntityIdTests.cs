using ControlPlane.Domain.Shared;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Domain.Tests.Shared;

public sealed class EntityIdTests
{
    [Fact]
    public void Keys_sort_by_the_time_they_were_made_as_bytes_too()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        var previous = EntityId.New(clock);
        for (var i = 0; i < 1000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            var next = EntityId.New(clock);
            Assert.True(next.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(previous.ToByteArray(bigEndian: true)) > 0);
            Assert.Equal(clock.GetUtcNow(), EntityId.MadeAt(next));
            previous = next;
        }
    }

    [Fact]
    public void An_instant_keeps_its_microseconds()
    {
        var instant = new DateTimeOffset(2026, 11, 23, 11, 12, 13, TimeSpan.FromHours(2)).AddMicroseconds(456789);
        Assert.Equal(instant.ToUniversalTime(), Instant.FromMicroseconds(instant.ToMicroseconds()));
    }
}
