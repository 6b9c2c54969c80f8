namespace ControlPlane.Runtime.Engine;

/// <summary>How many nodes run flows at present, this one included: what is shared is divided by it.</summary>
public sealed class NodeCount
{
    private int _workers = 1;

    public int Workers => Volatile.Read(ref _workers);

    public void Set(int workers) => Volatile.Write(ref _workers, Math.Max(1, workers));
}
