using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Xml;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Soap;

/// <summary>
/// A fault of either version with the same members: <c>code</c> and <c>subcode</c> without prefixes, <c>message</c>, <c>actor</c>,
/// <c>detail</c> as it is, and <c>errorName</c> and <c>error</c> for the first element of the detail, whose name differs from fault to fault.
/// </summary>
internal static class SoapFaults
{
    /// <summary>
    /// What a fault means where the manifest says nothing better: whose fault it is stands in its code (SOAP 1.1, 4.4.1; SOAP 1.2, 5.4.6),
    /// while its HTTP status is 500 whatever happened.
    /// </summary>
    public static ErrorSpec Errors { get; } = new()
    {
        Code = [Path("$.Fault.code")],
        Message = [Path("$.Fault.message")],
        Field = [Path("$.Fault.actor")],
        Present = [Path("$.Fault")],
        Rules =
        [
            new([], ["VersionMismatch", "MustUnderstand"], FaultKind.Internal, "soap.not_understood", null),
            new([], ["Client*", "Sender*", "DataEncodingUnknown"], FaultKind.Data, "soap.refused", null),
            new([], ["Server*", "Receiver*"], FaultKind.Transient, "soap.server", null),
        ],
    };

    public static void Write(Utf8JsonWriter writer, XmlPart fault, XmlToJson json)
    {
        writer.WritePropertyName("Fault");
        writer.WriteStartObject();
        var code = fault.Child("Code");
        Text(writer, "code", WithoutPrefix(fault.Child("faultcode")?.InnerText() ?? code?.Child("Value")?.InnerText()));
        Text(writer, "subcode", WithoutPrefix(code?.Child("Subcode")?.Child("Value")?.InnerText()));
        Text(writer, "message", (fault.Child("faultstring") ?? fault.Child("Reason")?.Child("Text"))?.InnerText().Trim());
        Text(writer, "actor", (fault.Child("faultactor") ?? fault.Child("Role") ?? fault.Child("Node"))?.InnerText().Trim());
        if ((fault.Child("detail") ?? fault.Child("Detail")) is { } detail)
        {
            writer.WritePropertyName("detail");
            json.Value(writer, detail, "Fault.detail", 3);
            if (detail.Children?.Find(c => c.Name.Length > 0) is { } first)
            {
                writer.WriteString("errorName", first.Name);
                writer.WritePropertyName("error");
                json.Value(writer, first, "Fault.error", 3);
            }
        }

        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is { Length: > 0 })
            writer.WriteString(name, value);
    }

    /// <summary>A code is a qualified name: <c>soapenv:Server.userException</c>.</summary>
    private static string? WithoutPrefix(string? code) => code?.Trim() is { } text ? text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..] : null;

    private static JsonPath Path(string text) => JsonPath.TryParse(text)!;
}
