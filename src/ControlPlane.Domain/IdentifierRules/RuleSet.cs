using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.IdentifierRules;

/// <summary>All rules of a tenant that are in force.</summary>
public sealed class RuleSet
{
    public static readonly RuleSet Empty = new([]);

    private readonly CompiledRule[] _ofMessage;
    private readonly CompiledRule[] _ofOrder;

    public RuleSet(IEnumerable<IdentifierRule> rules)
    {
        var all = rules.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => new CompiledRule(r)).ToList();
        Rules = [.. all.Select(r => r.Rule)];
        _ofMessage = [.. all.Where(r => r.Rule.Document == RuleDocument.Message)];
        _ofOrder = [.. all.Where(r => r.Rule.Document == RuleDocument.Order)];
    }

    public IReadOnlyList<IdentifierRule> Rules { get; }

    /// <summary>True when no rule reads such documents: then they need not be looked at.</summary>
    public bool IsEmpty(RuleDocument document) => (document == RuleDocument.Message ? _ofMessage : _ofOrder).Length == 0;

    /// <summary>Numbers of one document.</summary>
    /// <param name="digest">What a value that must not be readable is stored as.</param>
    public IReadOnlyList<Identifier> Read(RuleDocument document, string connection, string connector, string topic, ReadOnlyMemory<byte> body, Func<string, string> digest)
    {
        List<Identifier>? found = null;
        RuleText? text = null;
        try
        {
            foreach (var rule in document == RuleDocument.Message ? _ofMessage : _ofOrder)
            {
                if (!rule.Rule.Fits(connection, connector, topic))
                    continue;
                text ??= new(body);
                foreach (var value in rule.Read(text))
                    (found ??= []).Add(new(rule.Rule.Kind, rule.Rule.Hash ? digest(value) : value));
            }
        }
        finally
        {
            text?.Dispose();
        }

        return found is null ? [] : found;
    }

    /// <summary>The rules that give this kind; empty when it has none any more.</summary>
    public RuleSet Of(string kind) => new(Rules.Where(r => r.Kind == kind));
}
