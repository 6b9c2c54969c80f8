using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Lines for people or one JSON document for programs; what went wrong goes to the error stream, or into the document.</summary>
internal sealed class CommandAnswer(bool json, TextWriter output, TextWriter errors)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public bool Json => json;

    public Task LineAsync(string line = "") => output.WriteLineAsync(line);

    public Task ErrorAsync(string line) => errors.WriteLineAsync(line);

    public async Task<int> JsonAsync(object document, int code)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(document, Options));
        return code;
    }

    public async Task<int> FailAsync(string message)
    {
        if (json)
            return await JsonAsync(new { error = message }, CommandLineFeature.Problem);
        await errors.WriteLineAsync(message);
        return CommandLineFeature.Problem;
    }
}
