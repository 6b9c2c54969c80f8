using System.Globalization;
using System.Text.Json;

namespace Connectors.Protocols.Edi.Acknowledging;

/// <summary>What a partner says about one of our documents.</summary>
/// <param name="By">Of the acknowledgement: <c>997</c>, <c>999</c>, <c>TA1</c>, <c>CONTRL</c>.</param>
public sealed record AcknowledgedSet(string By, bool Accepted, string Code)
{
    public const int MostErrors = 50;

    /// <summary><c>set</c>, <c>group</c> or <c>interchange</c>: how far down it goes.</summary>
    public required string Level { get; init; }

    public string FunctionalId { get; init; } = "";

    public string SetId { get; init; } = "";

    public string SetControlNumber { get; init; } = "";

    public string GroupControlNumber { get; init; } = "";

    public string InterchangeControlNumber { get; init; } = "";

    /// <summary>
    /// By which our document is found: the connection's key and the number that the document was written with. Operations give the same as
    /// identifier of the kind <c>edi-control</c>.
    /// </summary>
    public required string Control { get; init; }

    public List<AcknowledgedError> Errors { get; } = [];

    public string Title => Level switch
    {
        "set" => $"{SetId} {SetControlNumber}",
        "group" => $"group {GroupControlNumber}",
        _ => $"interchange {InterchangeControlNumber}",
    };

    public string Outcome => Code switch { "E" => "accepted-with-errors", "P" => "partially-accepted", _ => Accepted ? "accepted" : "rejected" };

    /// <summary>For people, when it is not simply accepted; no contents of elements.</summary>
    public string Reason => Errors.Count == 0
        ? $"The partner's {By} {(Accepted ? "accepts" : "rejects")} {Title} with code {Code} and gives no detail."
        : $"The partner's {By} {(Accepted ? "accepts with errors" : "rejects")} {Title}: {string.Join("; ", Errors.Take(5).Select(e => e.Text))}{(Errors.Count > 5 ? $"; and {(Errors.Count - 5).ToString(CultureInfo.InvariantCulture)} more" : "")}.";

    /// <summary>The number of our document as identifiers carry it.</summary>
    public static string ControlOf(string connectionKey, string number) => $"{connectionKey}/{EdiText.Bare(number)}";

    public void Add(AcknowledgedError error)
    {
        if (Errors.Count < MostErrors)
            Errors.Add(error);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("acknowledgement");
        json.WriteBoolean("accepted", Accepted);
        json.WriteString("outcome", Outcome);
        json.WriteString("code", Code);
        json.WriteString("level", Level);
        foreach (var (name, value) in new[] { ("functionalId", FunctionalId), ("setId", SetId), ("setControlNumber", SetControlNumber), ("groupControlNumber", GroupControlNumber), ("interchangeControlNumber", InterchangeControlNumber) })
            if (value.Length > 0)
                json.WriteString(name, value);
        json.WriteString("control", Control);
        if (!Accepted || Errors.Count > 0)
            json.WriteString("reason", Reason);
        json.WriteStartArray("errors");
        foreach (var error in Errors)
            error.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <param name="Segment">Tag; empty when the set as a whole is meant.</param>
/// <param name="Position">Of the segment in the set, from 1; 0 when not stated.</param>
/// <param name="Element">From 1; 0 when the segment as a whole is meant.</param>
/// <param name="Meaning">Of the code, in words.</param>
public sealed record AcknowledgedError(string Segment, int Position, int Element, int Component, string Code, string Meaning)
{
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"{(Segment.Length > 0 ? $"segment {(Position > 0 ? $"{Position} " : "")}{Segment}{(Element > 0 ? $", element {Element}" : "")}{(Component > 0 ? $", component {Component}" : "")}: " : "")}{Meaning}");

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Segment.Length > 0)
            json.WriteString("segment", Segment);
        if (Position > 0)
            json.WriteNumber("position", Position);
        if (Element > 0)
            json.WriteNumber("element", Element);
        if (Component > 0)
            json.WriteNumber("component", Component);
        json.WriteString("code", Code);
        json.WriteString("meaning", Meaning);
        json.WriteEndObject();
    }
}
