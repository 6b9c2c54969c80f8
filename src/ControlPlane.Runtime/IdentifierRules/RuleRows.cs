using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>A rule in force; see <see cref="IdentifierRule"/>. Times in microseconds UTC.</summary>
public sealed class IdentifierRuleRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Title { get; set; } = "";

    public string? Connection { get; set; }

    public string? Connector { get; set; }

    public string? Topic { get; set; }

    public RuleDocument Document { get; set; }

    public string? Path { get; set; }

    public string? Pattern { get; set; }

    public bool Hash { get; set; }

    public string Example { get; set; } = "";

    /// <summary>Rises with each change; goes on where a removed rule of this name ended.</summary>
    public int Revision { get; set; }

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";

    public IdentifierRule ToRule() => new()
    {
        Name = Name, Kind = Kind, Title = Title, Connection = Connection, Connector = Connector, Topic = Topic, Document = Document, Path = Path, Pattern = Pattern, Hash = Hash, Example = Example,
    };

    public void Take(IdentifierRule rule) =>
        (Name, Kind, Title, Connection, Connector, Topic, Document, Path, Pattern, Hash, Example) =
        (rule.Name, rule.Kind, rule.Title, rule.Connection, rule.Connector, rule.Topic, rule.Document, rule.Path, rule.Pattern, rule.Hash, rule.Example);
}

public enum RuleChange : short
{
    Made = 1,
    Changed = 2,
    Removed = 3,
}

/// <summary>Who changed a rule, why, and what it was afterwards. Kept for as long as the installation.</summary>
public sealed class IdentifierRuleEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public int Revision { get; set; }

    public RuleChange Change { get; set; }

    public long At { get; set; }

    public string By { get; set; } = "";

    public string Reason { get; set; } = "";

    /// <summary>The rule as a configuration document.</summary>
    public string Document { get; set; } = "";
}

public enum BackfillState : short
{
    /// <summary>Waits for its begin, or is at work.</summary>
    Running = 1,
    Paused = 2,
    Done = 3,
    Cancelled = 4,

    /// <summary>Another change of the same kind of number came before it was done: that one's run does everything.</summary>
    Replaced = 5,
}

/// <summary>One walk over all stored transactions, newest first, that makes their numbers of one kind what the rules say now.</summary>
public sealed class IdentifierBackfillRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Kind { get; set; } = "";

    /// <summary>The rule whose change asked for it.</summary>
    public string Rule { get; set; } = "";

    public BackfillState State { get; set; }

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    /// <summary>When every node knows the rule: what is received later has its numbers already.</summary>
    public long StartsAt { get; set; }

    /// <summary>Everything down to this transaction is done; null before the begin.</summary>
    public Guid? Cursor { get; set; }

    /// <summary>When the oldest transaction was received: where the walk will end.</summary>
    public long Oldest { get; set; }

    public long Looked { get; set; }

    public long Written { get; set; }

    public long Removed { get; set; }

    /// <summary>Transactions whose documents are not kept any more: what was found in them earlier stays.</summary>
    public long Unreadable { get; set; }

    public long UpdatedAt { get; set; }

    public string? Note { get; set; }

    public Guid? Owner { get; set; }

    public long LeaseUntil { get; set; }
}
