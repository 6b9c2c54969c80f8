using ControlPlane.Domain.Alerts;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Ids and keys, never what an order says.</summary>
internal static partial class AlertLog
{
    [LoggerMessage(3201, LogLevel.Information, "Another writer was first at the incident {Key}")]
    public static partial void Lost(ILogger logger, string key);

    [LoggerMessage(3202, LogLevel.Information, "The incident {Id} is {State}: {Count} notifications written")]
    public static partial void Told(ILogger logger, Guid id, AlertState state, int count);

    [LoggerMessage(3203, LogLevel.Error, "Objectives could not be looked at for alerts: {Cause}")]
    public static partial void LookFailed(ILogger logger, string cause);

    [LoggerMessage(3204, LogLevel.Warning, "The budget of {Objective} asks for {Measure}")]
    public static partial void Measure(ILogger logger, string objective, Domain.Objectives.BudgetMeasure measure);

    [LoggerMessage(3205, LogLevel.Error, "The document of the alert channel {Name} cannot be read: {Cause}")]
    public static partial void ChannelUnread(ILogger logger, string name, string cause);
}
