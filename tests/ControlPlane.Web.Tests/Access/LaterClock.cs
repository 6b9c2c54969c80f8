namespace ControlPlane.Web.Tests.Access;

/// <summary>The time that it will be.</summary>
internal sealed class LaterClock(TimeSpan later) : TimeProvider
{
    public TimeSpan Later { get; set; } = later;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Later;
}
