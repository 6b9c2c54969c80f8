using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Identity;

namespace ControlPlane.Runtime.Identity;

/// <summary>A person who signs in to the portal.</summary>
public sealed class PortalUser : IdentityUser<Guid>, ITenantRow
{
    public int TenantId { get; set; } = 1;

    public string DisplayName { get; set; } = "";

    /// <summary>True for the personas of the demo: they vanish when it is switched off.</summary>
    public bool Demo { get; set; }

    /// <summary>JSON of what the person chose: theme, time zone, density.</summary>
    public string? Preferences { get; set; }
}

/// <summary>A key for scripts. Only its hash is kept.</summary>
public sealed class ApiKeyRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>First characters, to recognise it by.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>SHA-256, hex, of the whole key.</summary>
    public string Hash { get; set; } = "";

    /// <summary>One of <see cref="PortalRoles"/>.</summary>
    public string Role { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public long? ExpiresAt { get; set; }

    public long? RevokedAt { get; set; }
}

/// <summary>Answer of a write of the API, kept for 24 h so that a repeat with the same Idempotency-Key gets the same.</summary>
public sealed class IdempotentAnswerRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Caller and key.</summary>
    public string Key { get; set; } = "";

    /// <summary>SHA-256, hex, of route and body: the same key with other content is refused.</summary>
    public string Digest { get; set; } = "";

    /// <summary>0 while the first request is still running.</summary>
    public int Status { get; set; }

    public string? Answer { get; set; }

    public long CreatedAt { get; set; }
}

/// <summary>Small values that belong to the installation: the key of the mail address hash, the first-run token's hash.</summary>
public sealed class InstallationValueRow
{
    public string Name { get; set; } = "";

    public string Value { get; set; } = "";
}
