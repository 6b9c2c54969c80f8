using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Schemas;

/// <summary>Words, tones and icons of schemas and drift. Pure.</summary>
public static class SchemasPresentation
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Word(this DriftKind kind) => kind switch
    {
        DriftKind.NewField => "new field",
        DriftKind.NewValue => "new value",
        DriftKind.TypeChange => "other type",
        DriftKind.NullRate => "empty more often",
        _ => "gone",
    };

    public static string Word(this SchemaState state) => state.ToString().ToLowerInvariant();

    public static (string Word, Tone Tone, string Icon) Of(SchemaState state) => state switch
    {
        SchemaState.Active => ("active", Tone.Done, Icons.Material.Outlined.CheckCircle),
        SchemaState.Draft => ("draft", Tone.Info, Icons.Material.Outlined.Edit),
        SchemaState.Deprecated => ("deprecated", Tone.Waiting, Icons.Material.Outlined.HourglassBottom),
        _ => ("retired", Tone.Neutral, Icons.Material.Outlined.Archive),
    };

    public static (string Word, Tone Tone, string Icon) Of(DriftState state) => state switch
    {
        DriftState.Open => ("open", Tone.Waiting, Icons.Material.Outlined.ReportProblem),
        DriftState.Acknowledged => ("acknowledged", Tone.Done, Icons.Material.Outlined.CheckCircle),
        _ => ("muted", Tone.Neutral, Icons.Material.Outlined.NotificationsOff),
    };

    public static string Percent(double share) => share is > 0 and < 0.001 ? "< 0.1 %" : (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Sentence(DriftItem drift) => drift.Kind switch
    {
        DriftKind.NewField => $"It was not there before; now {Percent(drift.Now)} of {drift.Documents} documents have it.",
        DriftKind.NewValue => $"'{drift.Detail}' did not come before; now {Percent(drift.Now)} of {drift.Documents} documents have it.",
        DriftKind.TypeChange => $"It is {drift.Detail} in {Percent(drift.Now)} of {drift.Documents} documents, and was never so.",
        DriftKind.NullRate => $"It is empty in {Percent(drift.Now)} of {drift.Documents} documents; before in at most {Percent(drift.Before)}.",
        _ => $"{Percent(drift.Now)} of {drift.Documents} documents have it; before at least {Percent(drift.Before)}.",
    };

    public static string Sentence(CompatibilityFinding finding) => finding.Direction == CompatibilityDirection.Backward
        ? "Accepted by the old version, refused by the new one"
        : "Accepted by the new version, refused by the old one";

    public static string Pretty(JsonElement document) => JsonSerializer.Serialize(document, Indented);

    public static string Answer(SchemaListView view)
    {
        var open = view.Open == 0 ? "Documents keep their shape." : view.Open == 1 ? "One change of shape waits for somebody to look at it." : $"{view.Open} changes of shape wait for somebody to look at them.";
        return $"{(view.Subjects.Count == 1 ? "One subject" : $"{view.Subjects.Count} subjects")}. {open}";
    }
}
