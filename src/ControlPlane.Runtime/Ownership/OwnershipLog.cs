using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Ids, never what an order or a comment says.</summary>
internal static partial class OwnershipLog
{
    [LoggerMessage(3101, LogLevel.Warning, "Whether the ownership rules changed could not be read: {Cause}")]
    public static partial void LookFailed(ILogger logger, string cause);

    [LoggerMessage(3102, LogLevel.Information, "Escalated {Step} of the team {Team} for {Subject}: {Orders} orders, {Told} told")]
    public static partial void Escalated(ILogger logger, string step, string team, Guid subject, int orders, int told);

    [LoggerMessage(3103, LogLevel.Warning, "The notification {Id} by {Channel} was not sent, attempt {Attempt}: {Cause}")]
    public static partial void NotSent(ILogger logger, Guid id, NotificationChannel channel, int attempt, string cause);

    [LoggerMessage(3104, LogLevel.Error, "The notification {Id} by {Channel} was given up after {Attempt} attempts: {Cause}")]
    public static partial void GivenUp(ILogger logger, Guid id, NotificationChannel channel, int attempt, string cause);
}
