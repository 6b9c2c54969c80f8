namespace Connectors.Sandbox.Http;

/// <summary>Access tokens that were given out and when they end. Keeps the newest thousand.</summary>
internal sealed class TokenOffice(TimeProvider clock, SandboxRandom luck, TimeSpan lifetime, string prefix)
{
    private readonly Lock _gate = new();
    private readonly BoundedStore<string, DateTimeOffset> _ends = new(1_000);

    public int LifetimeSeconds => (int)lifetime.TotalSeconds;

    public string Issue()
    {
        var token = prefix + luck.Hex(32);
        lock (_gate)
            _ends.Add(token, clock.GetUtcNow() + lifetime);
        return token;
    }

    public TokenState Look(string? token)
    {
        lock (_gate)
            return token is null || !_ends.TryGet(token, out var end) ? TokenState.Unknown : clock.GetUtcNow() < end ? TokenState.Good : TokenState.Expired;
    }
}

internal enum TokenState
{
    Good,
    Expired,
    Unknown,
}
