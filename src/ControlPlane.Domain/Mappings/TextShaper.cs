using System.Globalization;

namespace ControlPlane.Domain.Mappings;

/// <summary>A change of text that loses no meaning that the target could have kept.</summary>
internal abstract record TextShaper
{
    public abstract string Apply(string text);

    public static TextShaper? Find(string word) => word switch
    {
        "upper" => new Upper(),
        "lower" => new Lower(),
        "trim" => new Trim(),
        _ when word.StartsWith("cut:", StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is > 0 and <= 10_000 => new Cut(most),
        _ => null,
    };

    private sealed record Upper : TextShaper
    {
        public override string Apply(string text) => text.ToUpperInvariant();
    }

    private sealed record Lower : TextShaper
    {
        public override string Apply(string text) => text.ToLowerInvariant();
    }

    private sealed record Trim : TextShaper
    {
        public override string Apply(string text) => text.Trim();
    }

    private sealed record Cut(int Most) : TextShaper
    {
        /// <summary>Never through the middle of a surrogate pair: half a character is no text.</summary>
        public override string Apply(string text) => text.Length <= Most ? text
            : char.IsHighSurrogate(text[Most - 1]) ? text[..(Most - 1)] : text[..Most];
    }
}

/// <summary>Code equivalences of one row.</summary>
public sealed class MappingTable
{
    private const string Otherwise = "*";
    private readonly Dictionary<string, string> _values;
    private readonly string? _otherwise;

    public MappingTable(IReadOnlyDictionary<string, string> values)
    {
        _values = new(values, StringComparer.OrdinalIgnoreCase);
        _otherwise = _values.GetValueOrDefault(Otherwise);
    }

    public string Translate(string value) => _values.GetValueOrDefault(value, _otherwise ?? value);
}
