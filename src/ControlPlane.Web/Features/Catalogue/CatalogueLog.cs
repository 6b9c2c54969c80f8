namespace ControlPlane.Web.Features.Catalogue;

internal static partial class CatalogueLog
{
    [LoggerMessage(3601, LogLevel.Warning, "The draft of the connector {Connector} could not be saved; it is still on the page")]
    public static partial void DraftNotSaved(ILogger logger, string connector, Exception exception);

    [LoggerMessage(3602, LogLevel.Error, "Tests or versions of the connector {Connector} could not be read")]
    public static partial void NotRead(ILogger logger, string connector, Exception exception);

    [LoggerMessage(3603, LogLevel.Error, "The workbench of the connector {Connector} could not be opened")]
    public static partial void NotOpened(ILogger logger, string connector, Exception exception);

    [LoggerMessage(3604, LogLevel.Error, "The catalogue of connectors could not be read")]
    public static partial void ListNotRead(ILogger logger, Exception exception);
}
