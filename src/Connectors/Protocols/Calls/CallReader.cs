using System.Text.RegularExpressions;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Feeds;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Calls;

/// <summary>Reads <c>jsonRpc:</c> and <c>question:</c> of a connector, and <c>calls:</c> of an operation.</summary>
internal sealed partial class CallReader(JsonRpcSpec? rpc, QuestionSpec? question, ManifestProblems problems)
{
    private const int MostCalls = 50;

    private static readonly (string, HttpMethod)[] Methods =
    [
        ("GET", HttpMethod.Get), ("POST", HttpMethod.Post), ("PUT", HttpMethod.Put), ("PATCH", HttpMethod.Patch), ("DELETE", HttpMethod.Delete),
    ];

    public JsonRpcSpec? JsonRpc => rpc;

    public static CallReader Of(YamlMap spec, ManifestProblems problems)
    {
        var rpc = spec.Map("jsonRpc") is { } map ? Rpc(map, problems) : null;
        var plain = new CallReader(rpc, null, problems);
        return new(rpc, spec.Map("question") is { } asked ? plain.Question(asked) : null, problems);
    }

    public SequenceSpec Sequence(YamlMap operation, string title)
    {
        var entries = operation.Maps("calls");
        if (entries.Count is 0 or > MostCalls)
            operation.Problem("calls", $"It has {entries.Count} calls. Allowed: 1 to {MostCalls}.");
        var calls = Calls(operation, entries, []);
        var names = new CallNames([.. calls.Select(c => c.Name)], []);
        var reader = new DocumentReader(names, false, problems);
        var answer = operation.Map("answer");
        var sequence = new SequenceSpec
        {
            Calls = calls,
            JsonRpc = rpc,
            Question = question,
            Outputs = Values(answer, "outputs", reader),
            Identifiers = Values(answer, "identifiers", reader),
            Summary = reader.Text(answer?.Text("summary") ?? $"{title}: done.", answer?.LineOf("summary") ?? operation.Line),
        };
        answer?.Done();
        return sequence;
    }

    /// <summary>The calls of a feed, and what becomes a document.</summary>
    public FeedCalls? Feed(YamlMap map)
    {
        string[] named = ["since", "page", "offset", "size"];
        var calls = Calls(map, map.Maps("calls"), named, mapping: false);
        if (calls.FirstOrDefault(c => c.Writes) is { } writing)
            map.Problem("calls", $"'{writing.Name}' writes. A feed only reads.");
        var (_, of, within) = Reader(new([.. calls.Select(c => c.Name)], named, Mapping: false)).Each(map.Required("each"), map.LineOf("each"));
        var document = map.Raw("document") is { } node ? within.Read(node) : null;
        return of is null ? null : new(new() { Calls = calls, JsonRpc = rpc, Outputs = [], Identifiers = [], Summary = CallText.TryParse("", new([], []), false, out _)! }, of, document);
    }

    private List<CallSpec> Calls(YamlMap owner, IReadOnlyList<YamlMap> entries, string[] named, bool mapping = true)
    {
        var names = entries.Select(e => e.Text("name") ?? "").Where(n => n.Length > 0).ToList();
        var read = new List<CallSpec>();
        foreach (var entry in entries)
        {
            var call = Call(entry, new(names, named, Mapping: mapping));
            if (!NameForm().IsMatch(call.Name))
                entry.Problem("name", $"'{call.Name}' is not allowed. Allowed: letters and digits, beginning with a letter.");
            if (read.Exists(c => c.Name == call.Name))
                entry.Problem("name", $"'{call.Name}' stands there twice.");
            if (call.Then is { } then && read.All(c => c.Name != then || c.Writes || c.Repeats))
                entry.Problem("then", $"'{then}' is no call before this one that only reads, once.");
            read.Add(call);
            entry.Done();
        }

        if (read.Count == 0)
            owner.Problem("calls", "It is missing.");
        return read;
    }

    private CallSpec Call(YamlMap map, CallNames names)
    {
        var general = Reader(names);
        var (lines, of, reader) = map.Text("each") is { } each ? general.Each(each, map.LineOf("each")) : ("", null, general);
        var (jsonRpc, http) = (map.Map("jsonRpc"), map.Map("http"));
        if (jsonRpc is null == http is null)
            map.Problem("jsonRpc", "A call has either jsonRpc: with method and params, or http: with method and path.");
        if (jsonRpc is not null && rpc is null)
            map.Problem("jsonRpc", "The connector does not say how it speaks JSON-RPC. Write jsonRpc: with a path beside title: and roles:.");
        var call = new CallSpec
        {
            Name = map.Required("name"),
            Writes = map.Flag("write"),
            When = reader.Conditions(map.Maps("when")),
            Lines = lines,
            Of = of,
            Method = jsonRpc?.Required("method"),
            Body = (jsonRpc?.Raw("params") ?? http?.Raw("body")) is { } body ? reader.Read(body) : null,
            Context = jsonRpc?.Raw("context") is { } context ? reader.Read(context) : null,
            Http = http?.Choice("method", HttpMethod.Get, Methods) ?? HttpMethod.Post,
            Path = http is null ? null : reader.Text(http.Required("path"), http.LineOf("path")),
            Then = map.Text("then"),
            Set = [.. map.Maps("set").Select(s => Computed(s, general)).OfType<(string, CallExpression)>()],
            Expect = [.. map.Maps("expect").Select(e => Expectation(e, general))],
        };
        jsonRpc?.Done();
        http?.Done();
        return call;
    }

    private static (string, CallExpression)? Computed(YamlMap map, DocumentReader reader)
    {
        var name = map.Required("name");
        var expression = reader.Expression(map);
        map.Done();
        return expression is null ? null : (name, expression);
    }

    private static CallExpectation Expectation(YamlMap map, DocumentReader general)
    {
        var (lines, of, reader) = map.Text("each") is { } each ? general.Each(each, map.LineOf("each")) : ("", null, general);
        var (@is, not, present) = (map.Texts("is"), map.Texts("not"), map.Has("present") ? map.Flag("present") : (bool?)null);
        if (@is.Count == 0 && not.Count == 0 && present is null)
            map.Problem("is", "What is expected needs is, not or present.");
        var source = reader.Source(map.Required("at"), map.LineOf("at"));
        var kind = map.Choice("kind", FaultKind.Data, ErrorReader.Kinds);
        if (!map.Has("kind"))
            map.Problem("kind", $"A value is missing. Allowed: {string.Join(", ", ErrorReader.Kinds.Select(k => k.Item1))}.");
        var expectation = new CallExpectation(lines, of, source is null ? CallConditions.None : new([(source, @is, not, present)]), kind, map.Required("as"), reader.Text(map.Required("message"), map.LineOf("message")));
        map.Done();
        return expectation;
    }

    private QuestionSpec Question(YamlMap map)
    {
        var question = new QuestionSpec
        {
            Code = map.Required("code"),
            Name = Path(map, "name"),
            Text = Path(map, "text"),
            Accept = map.Required("accept"),
            As = map.Text("as") ?? "needs_approval",
            Answer = Calls(map, map.Maps("answer"), ["question"]),
        };
        map.Done();
        return question;
    }

    private static JsonPath Path(YamlMap map, string key)
    {
        if (JsonPath.TryParse(map.Required(key)) is { } path)
            return path;
        map.Problem(key, $"It is no path. Allowed: {JsonPath.Allowed}.");
        return JsonPath.TryParse("$")!;
    }

    private static JsonRpcSpec Rpc(YamlMap map, ManifestProblems problems)
    {
        var read = new JsonRpcSpec
        {
            Path = map.Text("path") ?? "",
            Version = map.Choice("version", null, ("2.0", "2.0"), ("none", (string?)null)),
            Tagged = map.Choice("values", false, ("plain", false), ("tagged", true)),
            Context = map.Raw("context") is { } context ? new DocumentReader(new([], [], Mapping: false), false, problems).Read(context) : null,
        };
        map.Done();
        return read;
    }

    private DocumentReader Reader(CallNames names) => new(names, rpc?.Tagged == true, problems);

    private static List<(string, CallText)> Values(YamlMap? map, string key, DocumentReader reader) =>
        [.. (map?.Pairs(key) ?? []).Select(p => (p.Key, reader.Text(p.Value, map!.LineOf(key))))];

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,39}$")]
    private static partial Regex NameForm();
}
