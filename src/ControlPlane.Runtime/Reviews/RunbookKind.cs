using System.Text.RegularExpressions;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Reviews;

/// <summary>Reads <c>kind: Runbook</c>.</summary>
public sealed partial class RunbookKind : IEstateKind
{
    public const string Name = "Runbook";

    private const int MostNamed = 100;

    public string Kind => Name;

    public string Folder => "runbooks";

    public IReadOnlyList<EstateProblem> Check(EstateDocument document)
    {
        var problems = new List<EstateProblem>();
        Read(document.Text, document.Source, problems);
        return problems;
    }

    /// <summary>Null when there are problems.</summary>
    public static Runbook? Read(string text, string source, ICollection<EstateProblem> problems)
    {
        var before = problems.Count;
        if (EstateHead.Read(text, source, Name, problems) is not (var metadata, var spec))
            return null;
        var key = metadata.Text("name");
        if (!KeyPattern().IsMatch(key))
            metadata.Problem("name", "A runbook's name has 1 to 64 lower-case letters, digits and hyphens.");
        metadata.Done();
        var runbook = new Runbook(key, Line(spec, "title", 1, 120), Line(spec, "owner", 0, 64), spec.Optional("link"), spec.Optional("text"), Names(spec, "connections"), Names(spec, "causes"), Names(spec, "objectives"));
        if (runbook.Link is null == runbook.Text is null)
            spec.Problem("text", "Give a text or a link, and not both.");
        if (runbook.Link is { } link && (link.Length > 500 || !Uri.TryCreate(link, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0))
            spec.Problem("link", "Expected an http or https address without credentials, at most 500 characters.");
        if (runbook.Text is { } said && said.Trim().Length is 0 or > Runbook.LongestText)
            spec.Problem("text", $"A text has 1 to {Runbook.LongestText} characters.");
        if (runbook.Connections.Count + runbook.Causes.Count + runbook.Objectives.Count == 0)
            spec.Problem("connections", "Say what it is for: connections, causes or objectives.");
        spec.Done();
        return problems.Count == before ? runbook : null;
    }

    private static string Line(StrictYaml spec, string key, int least, int most)
    {
        var text = least == 0 ? spec.Text(key, "") : spec.Text(key);
        if ((spec.Has(key) && text.Length < least) || text.Length > most || text.Any(char.IsControl))
            spec.Problem(key, $"Expected {(least == 0 ? "at most" : "1 to")} {most} characters on one line.");
        return text;
    }

    private static IReadOnlyList<string> Names(StrictYaml spec, string key)
    {
        var names = spec.Texts(key);
        if (names.Count > MostNamed || names.Any(n => n.Length is 0 or > ColumnLengths.Key))
            spec.Problem(key, $"At most {MostNamed} names of 1 to {ColumnLengths.Key} characters.");
        return names;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex KeyPattern();
}

/// <param name="Of">The version in service.</param>
public sealed record KeptRunbook(Runbook Runbook, EstateVersion Of);

/// <summary>The runbooks in service.</summary>
public sealed class Runbooks(EstateVersions versions)
{
    public async Task<IReadOnlyList<KeptRunbook>> AllAsync(TenantScope tenant, CancellationToken ct) =>
        [.. from version in await versions.NewestAsync(tenant, RunbookKind.Name, ct)
            let runbook = RunbookKind.Read(version.Document, version.Name, [])
            where runbook is not null
            select new KeptRunbook(runbook, version)];
}
