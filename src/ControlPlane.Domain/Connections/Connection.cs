using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Domain.Connections;

/// <summary>A configured instance of a connector in one environment, with its secrets resolved. Immutable: a change is a new instance.</summary>
public sealed class Connection
{
    /// <summary>In URLs: lower-case letters, digits and hyphens, 1 to 40 characters.</summary>
    public required string Key { get; init; }

    public required string Connector { get; init; }

    public required SystemRole Role { get; init; }

    /// <summary>As people call it: "Shopify EU".</summary>
    public required string DisplayName { get; init; }

    /// <summary>Where calls go; paths of operations are appended. Null for a connection that only receives.</summary>
    public Uri? BaseAddress { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>True: it takes messages, maps and checks them, and nothing is started by them and nothing is sent to it until it goes live.</summary>
    public bool Onboarding { get; init; }

    /// <summary>The person or team that is asked when it fails.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Calls at the same time, 1 to 256.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>For one call, 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True lets calls go to loopback and private addresses: needed for systems on the premises, refused otherwise.</summary>
    public bool AllowPrivateNetwork { get; init; }

    /// <summary>How often to ask for changes; null = never.</summary>
    public TimeSpan? PollEvery { get; init; }

    /// <summary>What the connector's manifest asks for: company id, marketplace ids, API version.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Resolved secrets by name. Never logged, never shown.</summary>
    public IReadOnlyDictionary<string, string> Secrets { private get; init; } = new Dictionary<string, string>();

    /// <summary>Code equivalences that mappings of this connection may look up.</summary>
    public ICrosswalks Crosswalks { get; init; } = NoCrosswalks.Instance;

    /// <summary>The same connection with other crosswalks: for trials that must not be counted, or that look for gaps.</summary>
    public Connection With(ICrosswalks crosswalks) => new()
    {
        Key = Key, Connector = Connector, Role = Role, DisplayName = DisplayName, BaseAddress = BaseAddress, Enabled = Enabled, Onboarding = Onboarding, Owner = Owner, MaxConcurrency = MaxConcurrency, Timeout = Timeout,
        AllowPrivateNetwork = AllowPrivateNetwork, PollEvery = PollEvery, Settings = Settings, Secrets = Secrets, Crosswalks = crosswalks,
    };

    /// <summary>The same connection with that secret: something that the other side told after the connection was written.</summary>
    public Connection WithSecret(string name, string value) => new()
    {
        Key = Key, Connector = Connector, Role = Role, DisplayName = DisplayName, BaseAddress = BaseAddress, Enabled = Enabled, Onboarding = Onboarding, Owner = Owner, MaxConcurrency = MaxConcurrency, Timeout = Timeout,
        AllowPrivateNetwork = AllowPrivateNetwork, PollEvery = PollEvery, Settings = Settings, Secrets = new Dictionary<string, string>(Secrets, StringComparer.Ordinal) { [name] = value }, Crosswalks = Crosswalks,
    };

    public string? Setting(string name) => Settings.GetValueOrDefault(name);

    public string? Secret(string name) => Secrets.GetValueOrDefault(name);

    public bool HasSecret(string name) => Secrets.ContainsKey(name);

    public override string ToString() => $"{Key} ({Connector})";
}
