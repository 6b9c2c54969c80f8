namespace Connectors.Protocols.OpenApi;

/// <summary>A line of a part that is put together before its place in the document is reached.</summary>
internal sealed record DraftLine(int Indent, string Text, string? Decide = null);

/// <summary>What each connection has to give, as it turns up.</summary>
internal sealed class DraftSettings
{
    private readonly List<(string Name, string Meaning, bool Required, bool Secret, string? Default)> _all = [];

    /// <returns>How others read it: <c>{settings.shopId}</c>.</returns>
    public string Add(string name, string meaning, bool required = true, bool secret = false, string? standard = null)
    {
        var key = DraftText.Camel(name);
        if (_all.Exists(s => s.Name == key && s.Secret != secret))
            key += secret ? "Secret" : "Value";
        if (!_all.Exists(s => s.Name == key))
            _all.Add((key, meaning, required, secret, standard));
        return $"{{{(secret ? "secrets" : "settings")}.{key}}}";
    }

    public void Write(DraftText text)
    {
        if (_all.Count == 0)
            return;
        text.Line(2, "settings:");
        foreach (var (name, meaning, required, secret, standard) in _all)
            text.Line(4, $"- {{ name: {name}, meaning: {DraftText.Value(meaning)}{(standard is not null ? $", default: {DraftText.Value(standard)}" : required ? ", required: true" : "")}{(secret ? ", secret: true" : "")} }}");
        text.Gap();
    }
}
