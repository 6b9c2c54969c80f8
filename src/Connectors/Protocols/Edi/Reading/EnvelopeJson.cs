using System.Text.Json;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>What the envelope says, as every document of it carries it: <c>interchange</c>, <c>group</c>, <c>set</c>.</summary>
internal static class EnvelopeJson
{
    public static void Write(Utf8JsonWriter json, EdiSet set)
    {
        Write(json, set.Group.Interchange);
        if (set.Group is { Implicit: false } group)
        {
            json.WriteStartObject("group");
            Text(json, "functionalId", group.FunctionalId);
            Text(json, "sender", group.Sender);
            Text(json, "receiver", group.Receiver);
            Text(json, "date", group.Date);
            Text(json, "time", group.Time);
            Text(json, "controlNumber", group.ControlNumber);
            Text(json, "version", group.Version);
            json.WriteEndObject();
        }

        json.WriteStartObject("set");
        Text(json, "id", set.Id);
        Text(json, "controlNumber", set.ControlNumber);
        Text(json, "version", set.Version);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, EdiInterchange interchange)
    {
        json.WriteStartObject("interchange");
        Text(json, "sender", interchange.Sender);
        Text(json, "senderQualifier", interchange.SenderQualifier);
        Text(json, "receiver", interchange.Receiver);
        Text(json, "receiverQualifier", interchange.ReceiverQualifier);
        Text(json, "date", interchange.Date);
        Text(json, "time", interchange.Time);
        Text(json, "version", interchange.Version);
        Text(json, "controlNumber", interchange.ControlNumber);
        if (interchange.Test is { } test)
            json.WriteBoolean("test", test);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
            json.WriteString(name, value);
    }
}
