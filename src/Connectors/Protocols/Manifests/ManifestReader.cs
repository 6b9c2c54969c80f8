using System.Text.RegularExpressions;
using Connectors.Protocols.Calls;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Soap;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>kind: Connector</c>, from the catalogue or from a user. Everything wrong is reported at once.</summary>
public static partial class ManifestReader
{
    /// <param name="yaml">One document.</param>
    /// <param name="sourceName">The file as its author knows it; begins each problem.</param>
    /// <param name="mappings">Templates that stand in files of their own; the document may hold more.</param>
    public static ManifestReading Read(string yaml, string sourceName, IReadOnlyDictionary<string, CompiledMapping>? mappings = null) =>
        Read(yaml, sourceName, mappings, withCode: false);

    /// <summary>Every <c>kind: Connector</c> of a file that may hold several documents; those of other kinds are left to their own readers.</summary>
    public static IReadOnlyList<ManifestReading> ReadAll(string yaml, string sourceName)
    {
        var whole = new ManifestProblems(sourceName);
        var readings = new List<ManifestReading>();
        foreach (var document in YamlText.ReadAll(yaml, whole))
            if (document(new ManifestProblems(sourceName)) is var map && map.Text("kind") == "Connector")
                readings.Add(Read(map, null, withCode: false));
        if (whole.Found.Count > 0)
            readings.Add(new(null, whole.Found));
        return readings;
    }

    internal static ManifestReading Read(string yaml, string sourceName, IReadOnlyDictionary<string, CompiledMapping>? mappings, bool withCode)
    {
        var problems = new ManifestProblems(sourceName);
        return YamlText.Read(yaml, problems) is { } document ? Read(document, mappings, withCode) : new(null, problems.Found);
    }

    /// <summary>Reads for the sake of what is asked for; see <see cref="Schema.ManifestSchema"/>.</summary>
    internal static ManifestReading Watch(string yaml, Schema.ShapeRecorder recorder)
    {
        var problems = new ManifestProblems("schema") { Recorder = recorder };
        return YamlText.Read(yaml, problems) is { } document ? Read(document, null, withCode: true) : new(null, problems.Found);
    }

    private static ManifestReading Read(YamlMap document, IReadOnlyDictionary<string, CompiledMapping>? mappings, bool withCode)
    {
        var problems = document.Problems;
        if (Envelope(document, "Connector", problems) is not { } envelope)
            return new(null, problems.Found);
        var definition = Definition(envelope.Name, envelope.Spec, mappings ?? new Dictionary<string, CompiledMapping>(), problems, withCode: withCode);
        envelope.Spec.Done();
        return new(problems.Found.Count > 0 ? null : definition, problems.Found);
    }

    /// <summary>The part below <c>spec:</c> alone, as a connection carries it inline. Roles and title are then the connection's.</summary>
    /// <param name="brokered">A broker brings the documents, and lets their senders in: no signature and no feed is needed.</param>
    public static ManifestReading ReadSpec(string yaml, string name, string title, SystemRole role, string sourceName, bool brokered = false)
    {
        var problems = new ManifestProblems(sourceName);
        if (YamlText.Read(yaml, problems) is not { } spec)
            return new(null, problems.Found);
        var definition = Definition(name, spec, new Dictionary<string, CompiledMapping>(), problems, title, role, brokered: brokered);
        spec.Done();
        return new(problems.Found.Count > 0 ? null : definition, problems.Found);
    }

    /// <summary>Null when kind or name are not right.</summary>
    internal static (string Name, YamlMap Spec)? Envelope(YamlMap document, string kind, ManifestProblems problems)
    {
        var before = problems.Found.Count;
        document.Choice("kind", "", (kind, kind));
        if (!document.Has("kind"))
            document.Problem("kind", $"A value is missing. Allowed here: {kind}.");
        var metadata = document.Map("metadata");
        var name = metadata?.Required("name") ?? "";
        if (metadata is null)
            document.Problem("metadata", "It is missing. Write metadata: with name: below it.");
        else if (name.Length > 0 && !NameForm().IsMatch(name))
            metadata.Problem("name", $"'{name}' is not allowed. Allowed: lower-case letters, digits and hyphens, 1 to 40.");
        metadata?.Done();
        var spec = document.Map("spec");
        if (spec is null)
            document.Problem("spec", "It is missing.");
        document.Done();
        return problems.Found.Count == before ? (name, spec!) : null;
    }

    private static ConnectorDefinition Definition(
        string name, YamlMap spec, IReadOnlyDictionary<string, CompiledMapping> given, ManifestProblems problems,
        string? title = null, SystemRole? role = null, bool withCode = false, bool brokered = false)
    {
        var settings = Settings(spec);
        var defaults = settings.Where(s => s.Default is not null).ToDictionary(s => s.Name, s => s.Default!, StringComparer.Ordinal);
        var mappings = Mappings(spec, given, problems);
        var errors = ErrorReader.Read(spec.Map("errors"));
        var readTitle = spec.Text("title") ?? title ?? name;
        var formats = FormatReader.Read(spec.Maps("formats"), defaults);
        var calls = CallReader.Of(spec, problems);
        var authentication = AuthenticationReader.Read(spec.Map("authentication"), readTitle, defaults, calls.JsonRpc);
        CheckEnvelope(spec, authentication, formats);
        var application = authentication is ClientCredentials { ApplicationScope: not null };
        var operations = new OperationReader(mappings, formats, errors, withCode, calls).Read(spec.Maps("operations"));
        var feeds = FeedReader.Read(spec.Maps("feeds"), formats, defaults, calls);
        var receive = ReceiveReader.Read(spec.Map("receive"), feeds, formats, defaults, problems, brokered, application);
        var webhooks = WebhookReader.Read(spec.Map("webhooks"), withCode ? null : [.. feeds.Select(f => f.Name)], application);
        if (webhooks?.Secret is not null && string.IsNullOrEmpty(receive?.Signature?.Secret))
            spec.Problem("webhooks", "create.secret keeps a secret that no signature is checked with. Give receive.signature with a secret.");
        var answers = AnswersReader.Read(spec.Map("answers"));
        if (answers is null && !spec.Has("answers") && formats.Values.FirstOrDefault(f => f.MakesAnswers) is { } answering)
            spec.Problem("answers", $"It is missing. The format {answering.Name} acknowledges what comes in; say where its answers go.");
        if (feeds.Count > 0 && receive is null && !withCode)
            spec.Problem("feeds", "What a feed brings has no meaning without receive:, which says it.");
        return new()
        {
            Manifest = new()
            {
                Name = name,
                Version = spec.Text("version") ?? "1.0.0",
                Title = readTitle,
                Description = spec.Text("description") ?? "",
                Roles = Roles(spec, role),
                Settings = settings,
                Operations = [.. operations.Select(o => o.Descriptor)],
                NotOffered = spec.Pairs("notOffered").ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
            },
            Authentication = authentication,
            Operations = [.. operations.Select(o => o.Spec).OfType<OperationSpec>()],
            Mappings = mappings,
            Errors = errors,
            Csrf = AuthenticationReader.Csrf(spec.Map("csrf"), readTitle, defaults),
            Tls = AuthenticationReader.Tls(spec.Map("tls"), defaults),
            BudgetIn = BudgetInBodyReader.Read(spec.Map("budgetIn")),
            Receive = receive,
            Feeds = feeds,
            Webhooks = webhooks,
            Formats = formats,
            Answers = answers,
            Headers = Headers(spec, "headers", defaults),
            SettingDefaults = defaults,
        };
    }

    /// <summary>Credentials within the document need their place in it, and the place needs credentials.</summary>
    private static void CheckEnvelope(YamlMap spec, AuthenticationScheme authentication, IReadOnlyDictionary<string, IDocumentFormat> formats)
    {
        var places = formats.Values.OfType<SoapFormat>().Any(f => f.Credentials);
        if (authentication is EnvelopeAuthentication && !places)
            spec.Problem("authentication", "The credentials stand within the envelope, and no format of type soap has credentials: true.");
        if (places && authentication is not EnvelopeAuthentication)
            spec.Problem("formats", "A format has credentials: true, and the authentication puts none into the envelope. Allowed with it: ws-security, netsuite-token.");
    }

    private static List<SystemRole> Roles(YamlMap spec, SystemRole? given)
    {
        var roles = given is { } one ? new List<SystemRole> { one } : [];
        foreach (var word in spec.Texts("roles"))
            if (SystemRoles.TryParse(word, out var role))
                roles.Add(role);
            else
                spec.Problem("roles", $"'{word}' is no role. Allowed: {string.Join(", ", Enum.GetValues<SystemRole>().Select(r => r.Word()))}.");
        if (roles.Count == 0 && !spec.Has("roles"))
            spec.Problem("roles", "At least one role is needed, such as erp or wms.");
        return roles;
    }

    /// <summary>What every request carries beside its credentials: a tenant, a name of the caller, an id of the call.</summary>
    internal static List<KeyValuePair<string, ConnectionText?>> Headers(YamlMap spec, string key, IReadOnlyDictionary<string, string> defaults)
    {
        var headers = new List<KeyValuePair<string, ConnectionText?>>();
        foreach (var (name, value) in spec.Pairs(key))
        {
            if (value == "{callId}")
                headers.Add(new(name, null));
            else if (Placeholders.TryParse(value, out var problem) is not { } text)
                spec.Problem(key, problem);
            else if (text.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) is { } other)
                spec.Problem(key, $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}}, and {{callId}} alone; secrets stand in authentication.");
            else
                headers.Add(new(name, new(text, defaults)));
        }

        return headers;
    }

    private static List<SettingDescriptor> Settings(YamlMap spec)
    {
        var settings = new List<SettingDescriptor>();
        foreach (var entry in spec.Maps("settings"))
        {
            var setting = new SettingDescriptor(entry.Required("name"), entry.Required("meaning"), entry.Flag("required"), entry.Flag("secret"), entry.Text("default"));
            if (setting is { Secret: true, Default: not null })
                entry.Problem("default", "A secret has no default.");
            if (settings.Any(s => s.Name == setting.Name))
                entry.Problem("name", $"'{setting.Name}' stands there twice.");
            else
                settings.Add(setting);
            entry.Done();
        }

        return settings;
    }

    private static Dictionary<string, CompiledMapping> Mappings(YamlMap spec, IReadOnlyDictionary<string, CompiledMapping> given, ManifestProblems problems)
    {
        var all = new Dictionary<string, CompiledMapping>(given, StringComparer.Ordinal);
        foreach (var entry in spec.Maps("mappings"))
        {
            var name = entry.Required("name");
            if (MappingReader.ReadRows(name, entry, problems) is { } mapping && !all.TryAdd(name, mapping))
                entry.Problem("name", $"'{name}' stands there twice.");
            entry.Done();
        }

        return all;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex NameForm();
}

/// <summary>Either a definition, or what stands in its way.</summary>
public sealed record ManifestReading(ConnectorDefinition? Definition, IReadOnlyList<ManifestProblem> Problems);
