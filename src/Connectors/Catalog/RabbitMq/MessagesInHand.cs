namespace Connectors.Catalog.RabbitMq;

/// <summary>Counts what is under way, so that the end can wait for it.</summary>
internal sealed class MessagesInHand
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource? _empty;

    public async Task HoldAsync(Func<Task> work)
    {
        lock (_lock)
            _count++;
        try
        {
            await work();
        }
        finally
        {
            lock (_lock)
                if (--_count == 0)
                    _empty?.TrySetResult();
        }
    }

    public Task EmptyAsync()
    {
        lock (_lock)
            return _count == 0 ? Task.CompletedTask : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
