namespace Connectors.Sandbox.Ledgers;

/// <summary>One operation that changed something at a system.</summary>
/// <param name="Name">For example <c>sales-order</c>.</param>
/// <param name="Once">True: more than one effect under the same reference is a duplicate. False: repeats are normal (two parcels of one order).</param>
internal sealed record LedgerOperation(string Name, bool Once);

/// <summary>
/// What really happened at a system, apart from what it answered: nothing is ever taken out or changed, so that
/// "no order was posted twice" can be checked from outside. References beyond <see cref="MostReferences"/> are
/// forgotten oldest first and counted as forgotten; the sums go on.
/// </summary>
internal sealed class EffectLedger(IReadOnlyList<LedgerOperation> operations)
{
    /// <summary>About 10 MB in all for the four systems.</summary>
    public const int MostReferences = 50_000;

    private readonly Lock _gate = new();
    private readonly List<Page> _pages = [.. operations.Select(o => new Page(o))];

    public void Record(LedgerOperation operation, string reference)
    {
        lock (_gate)
            _pages[IndexOf(operation)].Record(reference);
    }

    public (long Effects, long Duplicates) Sums()
    {
        lock (_gate)
            return (_pages.Sum(p => p.Effects), _pages.Sum(p => p.Duplicates));
    }

    /// <summary>How many effects each reference has had.</summary>
    /// <param name="operation">Only this operation; null = all.</param>
    /// <param name="reference">Only this reference; null = all.</param>
    public IReadOnlyList<LedgerPage> Read(string? operation = null, string? reference = null)
    {
        lock (_gate)
            return [.. _pages.Where(p => operation is null || p.Operation.Name == operation).Select(p => p.Copy(reference))];
    }

    private int IndexOf(LedgerOperation operation)
    {
        for (var i = 0; i < operations.Count; i++)
            if (operations[i] == operation)
                return i;
        throw new ArgumentException($"The ledger has no page for {operation.Name}.", nameof(operation));
    }

    private sealed class Page(LedgerOperation operation)
    {
        private readonly BoundedStore<string, Tally> _references = new(MostReferences);

        private sealed class Tally
        {
            public int Count { get; set; }
        }

        public LedgerOperation Operation => operation;

        public long Effects { get; private set; }

        public long Duplicates { get; private set; }

        private long Different { get; set; }

        public void Record(string reference)
        {
            Effects++;
            if (!_references.TryGet(reference, out var tally))
            {
                tally = new Tally();
                _references.Add(reference, tally);
                Different++;
            }
            else if (operation.Once)
            {
                Duplicates++;
            }

            tally.Count++;
        }

        public LedgerPage Copy(string? reference)
        {
            var references = new Dictionary<string, int>(StringComparer.Ordinal);
            if (reference is not null)
            {
                if (_references.TryGet(reference, out var one))
                    references.Add(reference, one.Count);
            }
            else
            {
                foreach (var (key, tally) in _references.Entries)
                    references.Add(key, tally.Count);
            }

            return new(operation.Name, operation.Once, Effects, Duplicates, Different - _references.Count, references);
        }
    }
}

/// <summary>The effects of one operation.</summary>
/// <param name="Once">True: a reference with more than one effect was done twice.</param>
/// <param name="Forgotten">References that are no longer listed.</param>
public sealed record LedgerPage(string Operation, bool Once, long Effects, long Duplicates, long Forgotten, IReadOnlyDictionary<string, int> References);
