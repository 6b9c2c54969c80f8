using System.Collections.Frozen;
using System.Text.Json;
using ControlPlane.Domain.Governance;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using Microsoft.EntityFrameworkCore;
using Masked = ControlPlane.Runtime.Transactions.Queries.PersonalFields;

namespace ControlPlane.Runtime.Governance;

/// <summary>
/// Which fields of the documents that came are personal: those that pages mask by their names, and those whose names look personal and
/// are not masked. A registered schema may say of a field that it is not personal: <c>"x-personal-data": false</c>.
/// </summary>
internal static class PersonalFields
{
    public const string Tag = "x-personal-data";

    private const int MostDepth = 32;

    private static readonly FrozenSet<string> Words = new[]
    {
        "email", "mail", "phone", "telephone", "mobile", "fax", "street", "birth", "birthday", "surname", "firstname", "lastname", "nickname", "passport", "iban", "latitude", "longitude",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static async Task<IReadOnlyDictionary<string, PersonalFact>> ReadAsync(ControlPlaneDbContext context, IConnectionRegistry connections, CancellationToken ct)
    {
        var profiles = await context.ShapeProfiles.AsNoTracking().ToListAsync(ct);
        var said = (await context.SchemaVersions.AsNoTracking().Where(v => v.State == SchemaState.Active).Select(v => new { v.Subject, v.Document }).ToListAsync(ct))
            .GroupBy(v => v.Subject.Split('/')[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(v => NotPersonal(v.Document)).ToHashSet(StringComparer.OrdinalIgnoreCase), StringComparer.Ordinal);
        var facts = new Dictionary<string, PersonalFact>(StringComparer.Ordinal);
        foreach (var of in profiles.GroupBy(p => p.Connection, StringComparer.Ordinal))
        {
            var paths = of.Select(p => ShapeProfile.FromBytes(p.Profile)).OfType<ShapeProfile>()
                .SelectMany(p => p.Days.Keys).Where(f => f is { Kind: ShapeKind.Type, Detail: "string" or "integer" or "number" }).Select(f => f.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            if (paths.Count > 0)
                facts[of.Key] = Judge(paths, connections.Find(of.Key)?.Connector is { } connector && said.TryGetValue(connector, out var known) ? known : []);
        }

        return facts;
    }

    /// <param name="paths">JSON Pointers of values.</param>
    /// <param name="notPersonal">Names of fields that a schema says not to be personal.</param>
    public static PersonalFact Judge(IReadOnlyList<string> paths, IReadOnlySet<string> notPersonal)
    {
        var (masked, doubtful) = (0, new List<string>());
        foreach (var path in paths)
        {
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "*").ToArray();
            if (parts.Length == 0)
                continue;
            if (Masked.IsPersonal(parts[^1], parts[..^1].Any(Masked.IsPerson), parts[..^1].Any(Masked.IsTracking)))
                masked++;
            else if (WordsOf(parts[^1]).Any(Words.Contains) && !notPersonal.Contains(parts[^1]))
                doubtful.Add(path);
        }

        return new(paths.Count, masked, doubtful);
    }

    /// <summary><c>buyerPhone2</c>, <c>buyer_phone</c> and <c>buyer-phone</c> hold the words buyer and phone; the whole is one too.</summary>
    private static IEnumerable<string> WordsOf(string name)
    {
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
            if (i == name.Length || !char.IsLetter(name[i]) || (char.IsUpper(name[i]) && !char.IsUpper(name[i - 1])))
            {
                if (i > start)
                    yield return name[start..i].Trim('_', '-', '.', ' ');
                start = i < name.Length && !char.IsLetter(name[i]) ? i + 1 : i;
            }

        yield return name;
    }

    private static IEnumerable<string> NotPersonal(string schema)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(schema);
        }
        catch (JsonException)
        {
            yield break;
        }

        using (document)
            foreach (var name in Walk(document.RootElement, 0))
                yield return name;
    }

    private static IEnumerable<string> Walk(JsonElement at, int depth)
    {
        if (depth > MostDepth)
            yield break;
        if (at.ValueKind == JsonValueKind.Array)
            foreach (var name in at.EnumerateArray().SelectMany(e => Walk(e, depth + 1)))
                yield return name;
        if (at.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var member in at.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty(Tag, out var tag) && tag.ValueKind == JsonValueKind.False)
                yield return member.Name;
            foreach (var name in Walk(member.Value, depth + 1))
                yield return name;
        }
    }
}
