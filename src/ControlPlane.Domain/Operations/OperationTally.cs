namespace ControlPlane.Domain.Operations;

/// <summary>
/// Figures by key. Adding is commutative and associative, so that it does not matter in which order, in which pieces or on which node
/// events are counted: only that each is counted once.
/// </summary>
public sealed class OperationTally
{
    public const long Minute = 60_000_000;

    public const long Hour = 60 * Minute;

    private readonly Dictionary<OperationKey, OperationFigure> _figures = [];

    public IReadOnlyDictionary<OperationKey, OperationFigure> Figures => _figures;

    public bool IsEmpty => _figures.Count == 0;

    public void Add(OperationKey key, OperationFigure figure)
    {
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_figures, key, out _) += figure;
    }

    public void Add(OperationTally other)
    {
        foreach (var (key, figure) in other._figures)
            Add(key, figure);
    }

    /// <summary>The same by the hour.</summary>
    public OperationTally ByHour()
    {
        var hours = new OperationTally();
        foreach (var (key, figure) in _figures)
            hours.Add(key with { Minute = FloorTo(key.Minute, Hour) }, figure);
        return hours;
    }

    public static long FloorTo(long at, long step) => at - ((at % step + step) % step);
}
