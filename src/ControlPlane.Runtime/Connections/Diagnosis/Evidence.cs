using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Connections.Diagnosis;

/// <summary>What an answer said, short, and without anything that is secret: neither what we sent nor what we were given.</summary>
internal sealed partial class Evidence
{
    private const int Longest = 300;

    /// <summary>Shorter secrets cannot be told from ordinary text: then nothing of an answer is shown.</summary>
    private const int ShortestKnown = 4;

    private readonly IReadOnlyList<string> _secrets;
    private readonly bool _showsNothing;

    public Evidence(Connection connection, IConnector connector)
    {
        var values = connector.Manifest.Settings.Where(s => s.Secret).Select(s => connection.Secret(s.Name)).OfType<string>().Where(v => v.Length > 0).ToList();
        _showsNothing = values.Exists(v => v.Trim().Length < ShortestKnown);
        // As it is, as it stands in an address, and within Basic credentials and tokens that carry it whole.
        _secrets = [.. values.SelectMany(v => new[] { v, v.Trim(), Uri.EscapeDataString(v), Convert.ToBase64String(Encoding.UTF8.GetBytes(v)) }).Where(v => v.Length >= ShortestKnown).Distinct(StringComparer.Ordinal).OrderByDescending(v => v.Length)];
    }

    /// <param name="signIn">It answers a request for a token: what it holds is not shown when it succeeded.</param>
    public string Of(ExchangeAnswer? answer, bool signIn)
    {
        if (answer is null)
            return "";
        var told = $"Status {answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)}{(answer.ContentType is { } type ? $", {type}" : "")}";
        if (_showsNothing || signIn && answer.IsSuccess || answer.Body.IsEmpty)
            return told + ".";
        var text = Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 16 * Longest)]);
        // Hidden before it is cut: half a secret at the end is one, too.
        text = Blanks().Replace(Clean(text), " ").Trim();
        return $"{told}: {(text.Length > Longest ? text[..Longest] + "…" : text)}";
    }

    /// <summary>The same text without secrets.</summary>
    public string Clean(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, "[secret]", StringComparison.Ordinal);
        return Token().Replace(text, "$1[secret]");
    }

    [GeneratedRegex(@"[\s\p{C}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();

    /// <summary>What systems call their own secrets.</summary>
    [GeneratedRegex(@"((?:token|secret|password|api_?key|authorization|assertion|cookie)[""']?\s*[:=]\s*[""']?(?:bearer |basic )?)[^""'\s,;&<>}]+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
