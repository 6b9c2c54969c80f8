using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>A wall clock that is put forward and back while time goes on.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly FakeTimeProvider _inner = new();

    public DateTimeOffset Wall { get; set; } = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public void Elapse(TimeSpan time) => _inner.Advance(time);

    public override DateTimeOffset GetUtcNow() => Wall;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override long TimestampFrequency => _inner.TimestampFrequency;
}
