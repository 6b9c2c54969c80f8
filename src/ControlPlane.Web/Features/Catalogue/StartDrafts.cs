namespace ControlPlane.Web.Features.Catalogue;

/// <summary>Where the draft of a start lies until it becomes a connector, or a broker's connection.</summary>
internal static class StartDrafts
{
    /// <summary>With a slash, so that it is the name of no connector.</summary>
    public static string Name(string start) => $"new/{start}";
}
