using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Ownership;

namespace ControlPlane.Runtime.Estate;

/// <summary>One configuration document as text, and where it came from.</summary>
public sealed record EstateDocument(string Source, string Text);

/// <summary>An object of the estate, read and sound. <paramref name="Text"/> is its document alone.</summary>
public abstract record EstateObject(string Name, string Text, string Source)
{
    public sealed record OfFlow(FlowDefinition Flow, string Text, string Source) : EstateObject(Flow.Name, Text, Source);

    public sealed record OfConnection(Connection Connection, string Text, string Source) : EstateObject(Connection.Key, Text, Source);

    public sealed record OfCrosswalk(CrosswalkDocument Document, string Text, string Source) : EstateObject(Document.Table.Name, Text, Source);

    /// <summary>What channels charge for being late; see <see cref="PenaltyDocument"/>.</summary>
    public sealed record OfPenaltyRules(string Name, PenaltyDocument Document, string Text, string Source) : EstateObject(Name, Text, Source);

    public sealed record OfCalendar(CarrierCalendar Calendar, string Text, string Source) : EstateObject(Calendar.Name, Text, Source);

    /// <summary>The installation's own entries of the catalogue of causes, all of them.</summary>
    public sealed record OfCauses(IReadOnlyList<Cause> Causes, string Text, string Source) : EstateObject(ExceptionCases.Causes.Name, Text, Source);

    public sealed record OfIdentifierRule(IdentifierRule Rule, string Text, string Source) : EstateObject(Rule.Name, Text, Source);

    /// <summary>A team, a calendar, or the rules that say whose a stuck order is.</summary>
    /// <param name="Kind">Team, Calendar or OwnershipRules.</param>
    /// <param name="Change">Puts it into a setup.</param>
    public sealed record OfOwnership(string Kind, string Name, Func<Domain.Ownership.OwnershipSetup, Domain.Ownership.OwnershipSetup> Change, string Text, string Source) : EstateObject(Name, Text, Source);

    /// <summary>A way by which alerts go out.</summary>
    public sealed record OfAlertChannel(Domain.Alerts.AlertChannel Channel, string Text, string Source) : EstateObject(Channel.Name, Text, Source);

    /// <summary>An indicator, an objective or a composite of objectives.</summary>
    public sealed record OfObjective(Objectives.ObjectiveDefinition Definition, string Text, string Source) : EstateObject(Definition.Name, Text, Source);

    /// <summary>A connector that a user wrote; the connectors' own reader understands it.</summary>
    public sealed record OfConnector(string Name, string Text, string Source) : EstateObject(Name, Text, Source);

    /// <summary>Of a kind that brings its own reader; see <see cref="IEstateKind"/>.</summary>
    public sealed record OfKind(string Kind, string Name, string Text, string Source) : EstateObject(Name, Text, Source);
}

/// <summary>Where references of configuration documents lead.</summary>
public interface IReferenceResolver
{
    /// <summary><paramref name="reference"/> is <c>env:NAME</c> or <c>secret:NAME</c>; null when there is none.</summary>
    string? Resolve(string reference);
}

/// <summary>Reads configuration documents: <c>kind</c>, <c>metadata.name</c>, <c>spec</c>; several in a file, parted by <c>---</c>.</summary>
public sealed partial class EstateReader(IReferenceResolver references, CrosswalkBoard? crosswalks = null, IEnumerable<IEstateKind>? more = null)
{
    private static readonly string[] Kinds = ["Flow", "Connection", "Crosswalk", "PenaltyRules", "CarrierCalendar", "CauseCatalogue", "IdentifierRule", "Team", "Calendar", "OwnershipRules", "AlertChannel", .. Objectives.ObjectiveReader.Kinds];

    private readonly Dictionary<string, IEstateKind> _more = (more ?? []).ToDictionary(k => k.Kind, StringComparer.Ordinal);

    /// <param name="stored">True for what was applied before: rules that came later do not apply to versions that transactions are pinned to.</param>
    public (IReadOnlyList<EstateObject> Objects, IReadOnlyList<EstateProblem> Problems) Read(IEnumerable<EstateDocument> documents, bool stored = false)
    {
        var objects = new List<EstateObject>();
        var problems = new List<EstateProblem>();
        foreach (var document in documents)
            foreach (var part in Split(document))
                Read(part, stored, objects, problems);
        // What a company says of an objective stands in place of what the product says.
        objects.RemoveAll(o => o is EstateObject.OfObjective of && Comes(o) && objects.Exists(p => p is EstateObject.OfObjective own && own.Name == of.Name && own.Definition.Kind == of.Definition.Kind && !Comes(p)));
        foreach (var twice in objects.GroupBy(o => (o.GetType(), (o as EstateObject.OfOwnership)?.Kind ?? (o as EstateObject.OfObjective)?.Definition.Kind.ToString() ?? (o as EstateObject.OfKind)?.Kind, o.Name)).Where(g => g.Count() > 1))
            problems.Add(new(twice.Last().Source, 0, "metadata.name", $"'{twice.Key.Name}' is defined twice; it is also in {twice.First().Source}."));
        return (objects, problems);
    }

    private static bool Comes(EstateObject target) => target.Source.StartsWith("shipped/", StringComparison.Ordinal);

    private void Read(EstateDocument document, bool stored, List<EstateObject> objects, List<EstateProblem> problems)
    {
        var found = new List<EstateProblem>();
        foreach (var root in StrictYaml.Documents(document.Text, document.Source, found))
        {
            var kind = root.Text("kind");
            var metadata = root.Child("metadata");
            var name = metadata?.Text("name") ?? "";
            if (metadata is null)
                root.Problem("metadata", "This key is required: {name: …}.");
            if (kind == "Connector")
            {
                // Its own reader checks the rest.
                if (found.Count == 0)
                    objects.Add(new EstateObject.OfConnector(name, document.Text, document.Source));
                continue;
            }

            if (_more.GetValueOrDefault(kind) is { } own)
            {
                var wrong = own.Check(document);
                found.AddRange(wrong.Where(w => !found.Contains(w)));
                if (found.Count == 0)
                    objects.Add(new EstateObject.OfKind(kind, name, document.Text, document.Source));
                continue;
            }

            var spec = root.Child("spec");
            if (spec is null)
                root.Problem("spec", "This key is required.");
            EstateObject? read = (kind, spec) switch
            {
                (_, null) => null,
                ("Flow", _) => new EstateObject.OfFlow(FlowReader.Read(name, spec, rules: !stored), document.Text, document.Source),
                ("Connection", _) when ConnectionReader.Read(name, metadata!, spec, references.Resolve, crosswalks) is { } connection => new EstateObject.OfConnection(connection, document.Text, document.Source),
                ("IdentifierRule", _) => new EstateObject.OfIdentifierRule(RuleDocumentText.Read(name, metadata ?? spec, spec), document.Text, document.Source),
                ("Crosswalk", _) => new EstateObject.OfCrosswalk(CrosswalkDocument.Read(name, metadata ?? spec, spec), document.Text, document.Source),
                ("PenaltyRules", _) => new EstateObject.OfPenaltyRules(name, PenaltyReader.Read(spec), document.Text, document.Source),
                ("CarrierCalendar", _) when CalendarReader.Read(name, metadata ?? spec, spec) is { } calendar => new EstateObject.OfCalendar(calendar, document.Text, document.Source),
                ("CauseCatalogue", _) => new EstateObject.OfCauses(Causes.Entries(spec), document.Text, document.Source),
                ("AlertChannel", _) => new EstateObject.OfAlertChannel(Alerts.AlertChannelText.Read(name, metadata ?? spec, spec), document.Text, document.Source),
                ("Team" or "Calendar" or "OwnershipRules", _) => OwnershipReader.Read(kind, name, spec, document.Text, document.Source),
                ("Indicator" or "Objective" or "ObjectiveComposite", _) when Objectives.ObjectiveReader.Read(kind, name, metadata ?? spec, spec) is { } definition => new EstateObject.OfObjective(definition, document.Text, document.Source),
                _ => null,
            };
            if (!Kinds.Contains(kind))
                root.Problem("kind", $"Expected {string.Join(", ", Kinds.Concat(_more.Keys.Order(StringComparer.Ordinal)))} or Connector.");
            // There is one of them: two documents would each be the whole.
            if (kind == "CauseCatalogue" && name != Causes.Name)
                root.Problem("metadata", $"The catalogue of causes has the name {Causes.Name}.");
            metadata?.Done();
            root.Done();
            if (read is not null && found.Count == 0)
                objects.Add(read);
        }

        problems.AddRange(found);
    }

    /// <summary>Each document is stored alone, so that exporting gives back what was applied, comments and all.</summary>
    private static IEnumerable<EstateDocument> Split(EstateDocument document)
    {
        var text = document.Text.ReplaceLineEndings("\n").TrimStart('\uFEFF');
        var start = 0;
        foreach (Match separator in Separator().Matches(text))
        {
            if (Part(document, text, start, separator.Index) is { } part)
                yield return part;
            start = separator.Index + separator.Length;
        }

        if (Part(document, text, start, text.Length) is { } last)
            yield return last;
    }

    /// <summary>Lines keep their numbers: a part that begins further down is padded with empty lines. Null for one that says nothing.</summary>
    private static EstateDocument? Part(EstateDocument document, string text, int start, int end) =>
        text.AsSpan(start, end - start).Trim().Length == 0 ? null : document with { Text = new string('\n', text.AsSpan(0, start).Count('\n')) + text[start..end] };

    [GeneratedRegex(@"^---[ \t]*(#.*)?$", RegexOptions.Multiline)]
    private static partial Regex Separator();
}
