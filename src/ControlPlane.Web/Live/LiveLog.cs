namespace ControlPlane.Web.Live;

internal static partial class LiveLog
{
    [LoggerMessage(6101, LogLevel.Warning, "A note of changes could not be sent to the clients of the operations hub.")]
    public static partial void SendFailed(ILogger logger, Exception exception);

    [LoggerMessage(6102, LogLevel.Warning, "The access of the operations hub's clients could not be checked.")]
    public static partial void CheckFailed(ILogger logger, Exception exception);

    [LoggerMessage(6103, LogLevel.Warning, "A live connection from another origin was refused: {Path}.")]
    public static partial void OriginRefused(ILogger logger, string path);
}
