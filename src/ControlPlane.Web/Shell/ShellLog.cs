namespace ControlPlane.Web.Shell;

internal static partial class ShellLog
{
    [LoggerMessage(6001, LogLevel.Warning, "The command palette could not search.")]
    public static partial void SearchFailed(ILogger logger, Exception exception);
}
