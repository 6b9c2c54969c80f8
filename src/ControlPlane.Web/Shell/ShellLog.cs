namespace ControlPlane.Web.Shell;

internal static partial class ShellLog
{
    [LoggerMessage(6001, LogLevel.Warning, "The command palette could not search.")]
    public static partial void SearchFailed(ILogger logger, Exception exception);

    [LoggerMessage(6002, LogLevel.Error, "{Page} could not read its data.")]
    public static partial void PageReadFailed(ILogger logger, string page, Exception exception);
}
