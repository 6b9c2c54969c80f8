using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>The crosswalks in service: one snapshot, swapped whole when something changed, and what each connection sees of it.</summary>
public sealed class CrosswalkBoard
{
    private volatile CrosswalkSnapshot _current = CrosswalkSnapshot.Empty;

    public CrosswalkSnapshot Current => _current;

    public CrosswalkTally Tally { get; } = new();

    /// <summary>For the life of a connection; it follows every change.</summary>
    public ICrosswalks For(string connection, string connector, SystemRole role) => new Live(this, connection, CrosswalkScope.ChainOf(connection, connector, role));

    internal void Replace(CrosswalkSnapshot snapshot) => _current = snapshot;

    private sealed class Live(CrosswalkBoard board, string connection, IReadOnlyList<CrosswalkScope> chain) : ICrosswalks
    {
        private volatile Seen? _seen;

        public CrosswalkHit? Find(string table, string value, CrosswalkDirection direction, DateTimeOffset at) => Pinned().Find(table, value, direction, at);

        public bool Knows(string table) => board.Current.Table(table) is not null;

        public ICrosswalks Pinned()
        {
            var current = board.Current;
            var seen = _seen;
            if (seen is null || seen.Of != current)
                _seen = seen = new(current, current.For(connection, chain, board.Tally));
            return seen.View;
        }

        public ICrosswalks Uncounted() => Pinned().Uncounted();

        private sealed record Seen(CrosswalkSnapshot Of, ICrosswalks View);
    }
}
