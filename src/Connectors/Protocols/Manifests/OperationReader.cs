using Connectors.Protocols.Calls;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Bodies;
using Connectors.Protocols.OData;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>operations:</c>. An operation with <c>code: true</c> has only its descriptor here.</summary>
/// <param name="withCode">Only what is built in can have operations in code.</param>
internal sealed class OperationReader(IReadOnlyDictionary<string, CompiledMapping> mappings, IReadOnlyDictionary<string, IDocumentFormat> formats, ErrorSpec connectorErrors, bool withCode, CallReader calls)
{
    private static readonly (string, HttpMethod)[] Methods =
    [
        ("GET", HttpMethod.Get), ("POST", HttpMethod.Post), ("PUT", HttpMethod.Put), ("PATCH", HttpMethod.Patch), ("DELETE", HttpMethod.Delete),
    ];

    public List<(OperationDescriptor Descriptor, OperationSpec? Spec)> Read(IReadOnlyList<YamlMap> entries)
    {
        var read = new List<(OperationDescriptor Descriptor, OperationSpec? Spec)>();
        foreach (var entry in entries)
        {
            var operation = Operation(entry);
            if (read.Any(r => r.Descriptor.Name == operation.Descriptor.Name))
                entry.Problem("name", $"'{operation.Descriptor.Name}' stands there twice.");
            else
                read.Add(operation);
            entry.Done();
        }

        return read;
    }

    private (OperationDescriptor Descriptor, OperationSpec? Spec) Operation(YamlMap map)
    {
        var name = map.Required("name");
        var title = map.Text("title") ?? name;
        var write = map.Choice("write", WriteKind.Read, ("read", WriteKind.Read), ("keyed", WriteKind.Keyed), ("upsert", WriteKind.Upsert), ("blind", WriteKind.Blind));
        if (!map.Has("write"))
            map.Problem("write", "A value is missing. Allowed: read, keyed, upsert, blind.");
        var budget = Budgets(map);
        if (withCode && map.Flag("code"))
            return (new(name, title, write, map.Flag("canLookUp"), budget) { Numbered = map.Flag("numbered") }, null);

        var errors = ErrorReader.Read(map.Map("errors")).Before(connectorErrors);
        if (map.Has("calls"))
        {
            // The calls that read are its look-up.
            var sequence = new OperationDescriptor(name, title, write, write != WriteKind.Read, budget);
            if (write == WriteKind.Keyed)
                map.Problem("write", "Several calls have no common key. Allowed here: read, upsert, blind.");
            return (sequence, new()
            {
                Descriptor = sequence,
                Request = new() { Method = HttpMethod.Post, Path = Placeholders.Empty },
                Answer = new() { Summary = Placeholders.Empty },
                Errors = errors,
                Sequence = calls.Sequence(map, title),
            });
        }

        var request = Request(map, write);
        if (request.GraphQl is not null)
            errors = errors.Before(ErrorSpec.GraphQl);
        var lookUp = LookUp(map.Map("lookUp"), title);
        var answer = Answer(map.Map("answer"), title);
        var spec = new OperationSpec
        {
            Descriptor = new(name, title, write, lookUp is not null, budget) { Numbered = map.Flag("numbered"), Asks = Asks(map, write), Figures = [.. answer.Outputs.Select(o => o.Name)] },
            Request = request,
            Before = Before(map.Map("before")),
            Answer = answer,
            Errors = errors.With(answer.Format).With(lookUp?.Answer.Format),
            LookUp = lookUp,
            LookUpFirst = map.Flag("lookUpFirst"),
            AlreadyDone = AlreadyDone(map.Map("alreadyDone")),
        };
        if (spec.Answer.ReadBack && lookUp is null)
            map.Problem("answer", "readBack reads by the lookUp, which is not there.");
        if (spec.LookUpFirst && lookUp is null)
            map.Problem("lookUpFirst", "There is no lookUp that could come first.");
        return (spec.Descriptor, spec);
    }

    /// <summary>What people who ask have to say. Only of what reads: nobody writes by asking.</summary>
    private static List<string> Asks(YamlMap map, WriteKind write)
    {
        if (!map.Has("asks"))
            return [];
        if (write != WriteKind.Read)
            map.Problem("asks", "Only an operation that reads can be asked.");
        return [.. map.Texts("asks")];
    }

    private RequestSpec Request(YamlMap operation, WriteKind write)
    {
        if (operation.Map("request") is not { } map)
        {
            operation.Problem("request", "It is missing. Write method and path below it.");
            return new() { Method = HttpMethod.Get, Path = Placeholders.Empty };
        }

        var request = new RequestSpec
        {
            Method = map.Has("graphql") && !map.Has("method") || map.Has("batch") && !map.Has("method") ? HttpMethod.Post : Method(map),
            Path = Text(map, "path"),
            Mapping = Mapping(map),
            ContentType = map.Text("contentType") ?? CompiledMapping.ContentType,
            Format = FormatReader.Named(map, formats),
            Headers = [.. map.Pairs("headers").Select(h => KeyValuePair.Create(h.Key, Parse(map, "headers", h.Value)))],
            IdempotencyHeader = map.Text("idempotencyHeader"),
            Encoding = map.Choice("encoding", RequestEncoding.Json, ("json", RequestEncoding.Json), ("form", RequestEncoding.Form), ("multipart", RequestEncoding.Multipart)),
            Multipart = map.Map("multipart") is { } parts ? Multipart(parts) : null,
            GraphQl = map.Text("graphql"),
            Compress = map.Choice("compress", false, ("gzip", true)),
            Batch = map.Map("batch") is { } batch ? Batch(batch, write) : null,
        };
        RequestShape.Check(map, request);
        if (write == WriteKind.Keyed && request.IdempotencyHeader is null && !UsesKey(request))
            map.Problem("idempotencyHeader", "A keyed write must send the key: name the header here, or use idempotencyKey in path, headers or mapping.");
        map.Done();
        return request;
    }

    private CompiledMapping? Mapping(YamlMap map)
    {
        if (map.Text("mapping") is not { } name)
            return null;
        if (!mappings.ContainsKey(name))
            map.Problem("mapping", $"There is no mapping '{name}'. Known: {(mappings.Count == 0 ? "none" : string.Join(", ", mappings.Keys.Order(StringComparer.Ordinal)))}.");
        return mappings.GetValueOrDefault(name);
    }

    private static BeforeSpec? Before(YamlMap? map)
    {
        if (map is null)
            return null;
        var before = new BeforeSpec(Text(map, "path"), Values(map, "outputs"));
        if (before.Outputs.Count == 0)
            map.Problem("outputs", "What is read before has to say what is taken from it, such as {etag: \"header:ETag\"}.");
        map.Done();
        return before;
    }

    private static MultipartSpec Multipart(YamlMap map)
    {
        var spec = new MultipartSpec(map.Required("part"), map.Has("fileName") ? Text(map, "fileName") : null, [.. map.Pairs("fields").Select(f => KeyValuePair.Create(f.Key, Parse(map, "fields", f.Value)))]);
        map.Done();
        return spec;
    }

    private static BatchSpec Batch(YamlMap map, WriteKind write)
    {
        var spec = new BatchSpec(
            map.Choice("style", BatchStyle.Json, ("json", BatchStyle.Json), ("multipart", BatchStyle.Multipart)), map.Required("each"), Method(map), Text(map, "path"),
            map.Flag("atomic"), (int)(map.Number("most", 1, 1_000) ?? 100));
        if (!spec.Atomic && write is not (WriteKind.Upsert or WriteKind.Keyed))
            map.Problem("atomic", "Parts that were done stay done when another is refused, and all are sent again. That is safe for write: upsert or keyed only; otherwise set atomic: true.");
        map.Done();
        return spec;
    }

    /// <summary>Keyed is a promise to the engine; without a key that travels it would make duplicates.</summary>
    private static bool UsesKey(RequestSpec request) =>
        request.Path.Names.Concat(request.Headers.SelectMany(h => h.Value.Names))
            .Concat(request.Mapping?.Template.Rows.SelectMany(r => r.Sources.Concat(r.With.Values)) ?? [])
            .Any(n => n == "idempotencyKey");

    private AnswerSpec Answer(YamlMap? map, string title)
    {
        if (map is null)
            return new() { Summary = Placeholders.Literal($"{title}: done.") };
        var answer = new AnswerSpec
        {
            Success = map.Statuses("success"),
            ReadBack = map.Flag("readBack"),
            ExpectsJson = map.Choice("expect", true, ("json", true), ("any", false)),
            Format = FormatReader.Named(map, formats),
            Only = Conditions(map),
            Outputs = Values(map, "outputs"),
            Identifiers = Values(map, "identifiers"),
            Summary = map.Has("summary") ? Text(map, "summary") : Placeholders.Literal($"{title}: done."),
        };
        map.Done();
        return answer;
    }

    /// <summary>What must hold for an answer to be a success.</summary>
    internal static DocumentConditions Conditions(YamlMap map)
    {
        var problems = new List<MappingProblem>();
        var only = DocumentConditions.Compile("answer", IncomingReader.Conditions(map, "only"), problems);
        IncomingReader.Note(problems, map.Line, map.Problems);
        return only;
    }

    private LookUpSpec? LookUp(YamlMap? map, string title)
    {
        if (map is null)
            return null;
        var notThere = map.Statuses("notThere");
        var found = map.Text("found");
        var lookUp = new LookUpSpec
        {
            Request = new()
            {
                Method = map.Has("method") ? Method(map) : map.Has("graphql") || map.Has("body") ? HttpMethod.Post : HttpMethod.Get,
                Path = Text(map, "path"),
                Mapping = Mapping(map),
                Format = FormatReader.Named(map, formats, "requestFormat"),
                ContentType = map.Text("contentType") ?? CompiledMapping.ContentType,
                Headers = [.. map.Pairs("headers").Select(h => KeyValuePair.Create(h.Key, Parse(map, "headers", h.Value)))],
            },
            NotThereCodes = map.Texts("notThereCodes"),
            GraphQl = map.Text("graphql"),
            Body = BodyReader.Read(map, map.Has("graphql") ? "variables" : "body", text => Parse(map, "body", text), []),
            Found = found is null ? null : ErrorReader.Paths(map, "found").FirstOrDefault(),
            Matches = map.Map("matches") is { } matches ? Match(matches) : null,
            NotThere = notThere.Count > 0 ? notThere : [404],
            Answer = new()
            {
                Only = Conditions(map),
                Outputs = Values(map, "outputs"),
                Identifiers = Values(map, "identifiers"),
                Format = FormatReader.Named(map, formats),
                Summary = map.Has("summary") ? Text(map, "summary") : Placeholders.Literal($"{title}: found, done by an earlier try."),
            },
        };
        map.Done();
        return lookUp;
    }

    private static LookUpMatch? Match(YamlMap map)
    {
        var at = DocumentPath.TryParse(map.Required("at"));
        if (at is null or { OfLine: true })
            map.Problem("at", $"It is no path. Allowed: {DocumentPath.Allowed}.");
        var match = at is null ? null : new LookUpMatch(at, Text(map, "is"));
        map.Done();
        return match;
    }

    private static AlreadyDoneSpec? AlreadyDone(YamlMap? map)
    {
        if (map is null)
            return null;
        var rule = new AlreadyDoneSpec(map.Statuses("status"), map.Texts("code"));
        if (rule.Statuses.Count == 0 && rule.Codes.Count == 0)
            map.Problem("status", "The rule needs a status, a code, or both.");
        map.Done();
        return rule;
    }

    /// <summary><c>budget:</c> for one limit, <c>budgets:</c> for a list of which each counts.</summary>
    internal static RateBudget? Budgets(YamlMap map)
    {
        if (map.Has("budget") && map.Has("budgets"))
            map.Problem("budgets", "Give budget for one limit or budgets for several, and not both.");
        var several = map.Maps("budgets");
        if (several.Count > 4)
            map.Problem("budgets", "At most 4 limits are counted.");
        return several.Count == 0 ? Budget(map.Map("budget")) : several.Reverse().Aggregate((RateBudget?)null, (rest, entry) => Budget(entry)! with { And = rest });
    }

    internal static RateBudget? Budget(YamlMap? map)
    {
        if (map is null)
            return null;
        var budget = new RateBudget(map.Number("perSecond", 0.0001, 100_000) ?? 1, map.Number("burst", 1, 1_000_000) ?? 1);
        budget = budget with { Pool = map.Text("pool"), Cost = map.Number("cost", 0.01, 100_000) ?? 1, Reserve = map.Number("reserve", 0, 0.9) ?? budget.Reserve };
        if (budget.Cost > budget.Burst)
            map.Problem("cost", "A call must not cost more than the burst holds.");
        map.Done();
        return budget;
    }

    private static List<AnswerValue> Values(YamlMap map, string key)
    {
        var values = new List<AnswerValue>();
        foreach (var (name, text) in map.Pairs(key))
        {
            var optional = text.EndsWith('?');
            var place = optional ? text[..^1] : text;
            if (place.StartsWith("header:", StringComparison.Ordinal) && place.Length > "header:".Length)
                values.Add(new(name, null, place["header:".Length..], optional));
            else if (place.Contains('{', StringComparison.Ordinal) && Placeholders.TryParse(place, out var problem) is var made)
            {
                if (made is null || made.Names.Any(n => n.StartsWith(Placeholders.Secrets, StringComparison.Ordinal)))
                    map.Problem(key, made is null ? problem : "Secrets may stand only in authentication, where they are not recorded.");
                else
                    values.Add(new(name, null, null, optional) { Made = made });
            }
            else if (JsonPath.TryParse(place) is { } path)
                values.Add(new(name, path, null, optional));
            else
                map.Problem(key, $"'{text}' is no path. Allowed: {JsonPath.Allowed}, header:Name, or a text with what a request reads in it, such as {{connection.key}}/{{number}}, each with a question mark behind when it may be absent.");
        }

        return values;
    }

    private static HttpMethod Method(YamlMap map)
    {
        if (!map.Has("method"))
            map.Problem("method", "A value is missing. Allowed: GET, POST, PUT, PATCH, DELETE.");
        return map.Choice("method", HttpMethod.Get, Methods);
    }

    private static Placeholders Text(YamlMap map, string key)
    {
        if (!map.Has(key))
            map.Problem(key, "A value is missing; \"\" stands for the connection's own address.");
        return Parse(map, key, map.Text(key) ?? "");
    }

    private static Placeholders Parse(YamlMap map, string key, string text)
    {
        var parsed = Placeholders.TryParse(text, out var problem);
        if (parsed is null)
            map.Problem(key, problem);
        else if (parsed.Names.Any(n => n.StartsWith(Placeholders.Secrets, StringComparison.Ordinal)))
            map.Problem(key, "Secrets may stand only in authentication, where they are not recorded.");
        return parsed ?? Placeholders.Empty;
    }
}
