namespace ControlPlane.Domain.Alerts;

public enum AlertChannelType : short
{
    /// <summary>To addresses, by the installation's mail server.</summary>
    Mail = 1,

    /// <summary>Signed as Standard Webhooks says.</summary>
    Webhook = 2,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack = 3,

    /// <summary>A workflow of Microsoft Teams that starts when a webhook is called.</summary>
    Teams = 4,
}

/// <summary>What a channel is told of.</summary>
public enum AlertTopic : short
{
    Page = 1,
    Ticket = 2,

    /// <summary>Notes for executives: a budget is used up.</summary>
    Note = 3,
}

/// <summary>A way to people outside the portal, and what goes through it.</summary>
public sealed record AlertChannel
{
    /// <summary>Lower-case letters, digits and dashes, 1 to 40.</summary>
    public required string Name { get; init; }

    public string Title { get; init; } = "";

    public required AlertChannelType Type { get; init; }

    /// <summary>Mail addresses; empty for the others.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Address that is called, or a reference to it; Slack's and Teams' are secrets themselves.</summary>
    public string Address { get; init; } = "";

    /// <summary>Reference to the key that signs; only for <see cref="AlertChannelType.Webhook"/>.</summary>
    public string Key { get; init; } = "";

    /// <summary>Empty = pages and tickets.</summary>
    public IReadOnlyList<AlertTopic> For { get; init; } = [];

    /// <summary>Keys of teams; empty = all, and what is nobody's.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Names of objectives; empty = all.</summary>
    public IReadOnlyList<string> Objectives { get; init; } = [];

    public bool Enabled { get; init; } = true;

    public static readonly IReadOnlyList<AlertTopic> Usual = [AlertTopic.Page, AlertTopic.Ticket];

    /// <param name="objectives">Of the incident; what concerns none (a channel that fails) goes to all channels.</param>
    public bool Takes(AlertTopic topic, string? team, IReadOnlyCollection<string> objectives) =>
        Enabled && (For.Count == 0 ? Usual : For).Contains(topic)
        && (Teams.Count == 0 || objectives.Count == 0 || (team is not null && Teams.Contains(team)))
        && (Objectives.Count == 0 || objectives.Count == 0 || objectives.Any(Objectives.Contains));

    /// <summary><c>${secret:NAME}</c> or <c>${env:NAME}</c>; what is inside; null for anything else.</summary>
    public static string? Reference(string text) =>
        text.StartsWith("${", StringComparison.Ordinal) && text.EndsWith('}') && text[2..^1] is { } inside && (inside.StartsWith("secret:", StringComparison.Ordinal) || inside.StartsWith("env:", StringComparison.Ordinal)) ? inside : null;

    /// <summary>What is wrong with it, each with the field.</summary>
    public IReadOnlyList<(string Field, string Message)> Problems()
    {
        var problems = new List<(string, string)>();
        if (Name.Length is 0 or > 40 || Name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            problems.Add(("name", "Lower-case letters, digits and dashes, 1 to 40."));
        if (Title.Length > 128)
            problems.Add(("title", "At most 128 characters."));
        if (Type == AlertChannelType.Mail)
        {
            if (To.Count is 0 or > 50)
                problems.Add(("to", "Name 1 to 50 mail addresses."));
            foreach (var odd in To.Where(a => !Ownership.OwnershipChecks.IsMail(a) || a.Length > 200))
                problems.Add(("to", $"'{odd}' is not a mail address."));
            if (Address.Length > 0 || Key.Length > 0)
                problems.Add(("address", "Mail goes by the installation's mail server: only to: is given."));
            return problems;
        }

        if (To.Count > 0)
            problems.Add(("to", $"Only mail has addresses of people; {Type} has address:."));
        var secret = Type is AlertChannelType.Slack or AlertChannelType.Teams;
        if (secret && Reference(Address) is null)
            problems.Add(("address", $"Who knows the address of a {Type} webhook can write there: keep it as a secret and name it, as ${{secret:NAME}}."));
        if (!secret && Reference(Address) is null && !(Uri.TryCreate(Address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0))
            problems.Add(("address", "The address to call, https://…, without a user in it; or a reference, as ${secret:NAME}."));
        if (Type == AlertChannelType.Webhook && Reference(Key) is null)
            problems.Add(("key", "Name the key that signs, as ${secret:NAME}: its receiver keeps the same."));
        if (Type != AlertChannelType.Webhook && Key.Length > 0)
            problems.Add(("key", $"{Type} checks no signature: leave key: out."));
        return problems;
    }
}
