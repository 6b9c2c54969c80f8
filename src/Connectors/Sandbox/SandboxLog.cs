using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox;

internal static partial class SandboxLog
{
    [LoggerMessage(4100, LogLevel.Information, "The sandbox listens on {Address}; webhooks go to {Target}.")]
    public static partial void Started(ILogger logger, Uri address, Uri target);

    [LoggerMessage(4101, LogLevel.Error, "The simulated system {System} failed at {Path}. It answered 500.")]
    public static partial void OperationFailed(ILogger logger, string system, string path, Exception exception);

    [LoggerMessage(4102, LogLevel.Warning, "The simulated system {System} gave up a webhook to {Connection} after {Attempts} attempts.")]
    public static partial void WebhookGivenUp(ILogger logger, string system, string connection, int attempts);

    [LoggerMessage(4103, LogLevel.Error, "A background task of the simulated system {System} failed.")]
    public static partial void BackgroundFailed(ILogger logger, string system, Exception exception);
}
