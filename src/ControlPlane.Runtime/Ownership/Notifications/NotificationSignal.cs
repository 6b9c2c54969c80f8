namespace ControlPlane.Runtime.Ownership;

/// <summary>Tells the bells of this node that there is something new; those of others look every few seconds.</summary>
public sealed class NotificationSignal
{
    /// <summary>Raised after the commit. Listeners return at once.</summary>
    public event Action<IReadOnlyList<NotificationRow>>? Written;

    internal void Raise(IReadOnlyList<NotificationRow> rows)
    {
        if (rows.Count > 0)
            Written?.Invoke(rows);
    }
}
