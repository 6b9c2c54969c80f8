using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound.Metering;

namespace ControlPlane.Runtime.Outbound;

/// <summary>Access tokens in memory; one fetch at a time per token, renewed before it expires.</summary>
internal sealed class TokenCache(TimeProvider clock, OutboundMeter? meter = null, IKeptTokens? kept = null) : ITokenCache
{
    private readonly ConcurrentDictionary<(string, string), Slot> _slots = new();

    public async ValueTask<string> GetAsync(string connectionKey, string name, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd((connectionKey, name), _ => new());
        if (slot.Current is { } current && current.RenewAt > clock.GetTimestamp())
            return current.Value;
        await slot.Gate.WaitAsync(ct);
        try
        {
            if (slot.Current is { } fetched && fetched.RenewAt > clock.GetTimestamp())
                return fetched.Value;
            var token = await fetch(ct);
            meter?.TokenFetched(connectionKey, name, token.Lifetime);
            // A tenth of the lifetime ahead, at least 10 s: a token must not expire on its way.
            var usable = token.Lifetime - TimeSpan.FromSeconds(Math.Max(10, token.Lifetime.TotalSeconds / 10));
            slot.Current = new(token.Value, clock.GetTimestamp() + (long)(Math.Max(1, usable.TotalSeconds) * clock.TimestampFrequency));
            return token.Value;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    public IKeptTokens? Kept => kept;

    public void Forget(string connectionKey, string name)
    {
        if (_slots.TryGetValue((connectionKey, name), out var slot))
            slot.Current = null;
    }

    private sealed record Held(string Value, long RenewAt);

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public volatile Held? Current;
    }
}
