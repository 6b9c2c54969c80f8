namespace Connectors.Sandbox.Marketplaces;

/// <summary>
/// Subscriptions that callers made. The sandbox sends to its own target all the same: it never calls an address that it was given. Its owner locks.
/// </summary>
internal sealed class HookRegistry
{
    public const int Most = 100;

    private readonly SortedDictionary<int, Hook> _hooks = [];
    private int _id;

    public IEnumerable<Hook> All => _hooks.Values;

    /// <summary>Null when there are too many.</summary>
    public Hook? Add(string topic, string address)
    {
        if (_hooks.Count == Most)
            return null;
        var hook = new Hook(++_id, topic, address);
        _hooks.Add(hook.Id, hook);
        return hook;
    }

    public Hook? Find(string id) => int.TryParse(id, out var number) ? _hooks.GetValueOrDefault(number) : null;

    /// <summary>The first with that topic; null when there is none.</summary>
    public Hook? OfTopic(string topic) => _hooks.Values.FirstOrDefault(h => h.Topic == topic);

    public Hook Put(Hook hook) => _hooks[hook.Id] = hook;

    public Hook? Remove(string id) => int.TryParse(id, out var number) && _hooks.Remove(number, out var hook) ? hook : null;
}

/// <param name="Topic">Empty for a destination, which is of no topic.</param>
/// <param name="Address">Or the id of a destination.</param>
internal sealed record Hook(int Id, string Topic, string Address, bool Active = true);
