using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Outbound.Metering;

/// <summary>What was used of a rate budget in one minute by one node. Kept for eight days.</summary>
public sealed class BudgetMinuteRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    /// <summary>Operation or pool.</summary>
    public string Budget { get; set; } = "";

    /// <summary>Start of the minute, microseconds UTC.</summary>
    public long Minute { get; set; }

    public Guid NodeId { get; set; }

    /// <summary>Thousandths of a token.</summary>
    public long UsedMilli { get; set; }

    public int Calls { get; set; }

    /// <summary>Answers 429.</summary>
    public int Refused { get; set; }

    /// <summary>Calls that had to wait for a token.</summary>
    public int Waits { get; set; }
}

/// <summary>Something that is known of a connection: when its credentials were last accepted, when its certificate expires.</summary>
public sealed class ConnectionFactRow : ITenantRow
{
    /// <summary>Our credentials were accepted.</summary>
    public const string Proven = "proven";

    /// <summary>Our credentials were refused.</summary>
    public const string NotAccepted = "refused";

    /// <summary>The certificate that the other side showed.</summary>
    public const string ServerCertificate = "server-certificate";

    /// <summary>Before the name of an access token.</summary>
    public const string Token = "token:";

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>In words; never a secret.</summary>
    public string Value { get; set; } = "";

    public long At { get; set; }

    public long? ExpiresAt { get; set; }
}
