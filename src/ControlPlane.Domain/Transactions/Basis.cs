using System.Globalization;
using System.Text;

namespace ControlPlane.Domain.Transactions;

/// <summary>
/// On what an event of the journal rests: with which versions it was done, by which policy it was decided, and who did it. Kept as one short
/// text beside the event, so that it costs no statement of its own: <c>flow=orders@3|mapping=shopify@12|crosswalks=41</c>.
/// </summary>
/// <param name="Flow">Name and version of the flow: <c>orders@3</c>.</param>
/// <param name="Mapping">Connector and version of its document: <c>shopify@12</c> for a published one, <c>shopify@built-in 1.4.0</c> for what comes with the product.</param>
/// <param name="Crosswalks">Revision of the crosswalks that was in service.</param>
/// <param name="Policy">What decided: <c>retry transient, 3 of 12, after 8 s</c>.</param>
/// <param name="Person">Who did it.</param>
public sealed record Basis(string? Flow = null, string? Mapping = null, long? Crosswalks = null, string? Policy = null, string? Person = null)
{
    public const int Longest = 300;

    private const int LongestPart = 120;

    /// <summary>Null when nothing is known.</summary>
    public string? Write()
    {
        var text = new StringBuilder();
        Part("flow", Flow);
        Part("mapping", Mapping);
        Part("crosswalks", Crosswalks is > 0 ? Crosswalks.Value.ToString(CultureInfo.InvariantCulture) : null);
        Part("policy", Policy);
        Part("person", Person);
        return text.Length == 0 ? null : text.Length <= Longest ? text.ToString() : text.ToString(0, Longest);

        void Part(string name, string? value)
        {
            if (string.IsNullOrEmpty(value))
                return;
            if (text.Length > 0)
                text.Append('|');
            text.Append(name).Append('=').Append(value.Length > LongestPart ? value.AsSpan(0, LongestPart) : value);
            // A name may hold anything; what parts the text may not be in it.
            text.Replace('|', '/', text.Length - Math.Min(value.Length, LongestPart), Math.Min(value.Length, LongestPart));
        }
    }

    /// <summary>Null for an event without one; what is not known is left out.</summary>
    public static Basis? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var basis = new Basis();
        foreach (var part in text.Split('|'))
            if (part.Split('=', 2) is [var name, var value])
                basis = name switch
                {
                    "flow" => basis with { Flow = value },
                    "mapping" => basis with { Mapping = value },
                    "crosswalks" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) => basis with { Crosswalks = revision },
                    "policy" => basis with { Policy = value },
                    "person" => basis with { Person = value },
                    _ => basis,
                };
        return basis;
    }

    /// <summary>Name and version in one: <c>orders@3</c>.</summary>
    public static string Of(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}@{version}");

    public static string Mapped(Connections.ConnectorManifest manifest) =>
        manifest.Published is { } version ? Of(manifest.Name, version) : $"{manifest.Name}@built-in {manifest.Version}";
}
