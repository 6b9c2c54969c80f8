namespace Connectors.Protocols.Soap;

/// <summary>The two versions in use, and what differs between them on the wire.</summary>
public sealed record SoapVersion(string Word, string Namespace)
{
    public static SoapVersion V11 { get; } = new("1.1", "http://schemas.xmlsoap.org/soap/envelope/");

    public static SoapVersion V12 { get; } = new("1.2", "http://www.w3.org/2003/05/soap-envelope");

    public static SoapVersion? Of(string space) => space == V11.Namespace ? V11 : space == V12.Namespace ? V12 : null;

    /// <summary>1.1 names the action in a header of its own, 1.2 in the content type (SOAP 1.2 part 2, appendix A).</summary>
    public string ContentType(string? action) => this == V11 ? "text/xml; charset=utf-8"
        : "application/soap+xml; charset=utf-8" + (action is null ? "" : $"; action=\"{action}\"");
}
