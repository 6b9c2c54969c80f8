using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Live;

/// <summary>
/// A page that shows one reading and follows the changes: reads when it opens, when something changed (at most twice a
/// second) and once in a while for what only time changes. A page derives from it and says how to read.
/// </summary>
public abstract class LivePage<T> : ComponentBase, IDisposable
    where T : class
{
    private readonly CancellationTokenSource _gone = new();
    private LiveSubscription? _live;
    private ITimer? _timer;
    private bool _reading;
    private bool _again;

    /// <summary>The reading, in one of its four states.</summary>
    protected Loadable<T> Source { get; private set; } = default!;

    /// <summary>How often it is read without a change; what is shown of now would be wrong otherwise.</summary>
    protected virtual TimeSpan RereadEvery => TimeSpan.FromSeconds(30);

    /// <summary>Between two readings that changes ask for.</summary>
    protected virtual TimeSpan ReadAtMostEvery => LiveSubscription.Shortest;

    /// <summary>
    /// What the prerendered page held, so that nothing flickers when the circuit takes over. Derived pages declare it as
    /// <c>[PersistentState]</c>, or carry a ticket of <see cref="CarriedReadings"/> where it is large.
    /// </summary>
    protected abstract T? Carried { get; set; }

    [Inject] private LiveFeed Feed { get; set; } = default!;

    [Inject] private LiveState Live { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ILoggerFactory Loggers { get; set; } = default!;

    protected abstract Task<T> ReadAsync(CancellationToken ct);

    /// <summary>False: nothing of this change can show on the page, so it is not read for it.</summary>
    protected virtual bool Concerns(LiveChange change) => true;

    /// <summary>When a reading was taken, as the reading itself says.</summary>
    protected abstract DateTimeOffset ReadAt(T value);

    protected override async Task OnInitializedAsync()
    {
        Source = new Loadable<T>(Clock);
        if (Carried is { } carried)
            Source.Take(carried, ReadAt(carried));
        else
            await ReadUntilCurrentAsync();
        // Once taken over it is of the past: a circuit that is resumed later reads anew.
        Carried = RendererInfo.IsInteractive ? null : Source.Value;
        if (!RendererInfo.IsInteractive || _gone.IsCancellationRequested)
            return;
        if (Source.LoadedAt is { } at)
            Live.Fresh(this, at);
        _live = Feed.Follow(change => InvokeAsync(() => Concerns(change) ? RefreshAsync() : Task.CompletedTask), ReadAtMostEvery);
        _timer = Clock.CreateTimer(_ => _ = InvokeAsync(() => Live.Paused ? Task.CompletedTask : RefreshAsync()), null, RereadEvery, RereadEvery);
    }

    /// <summary>For the button after a failure, and for what a page changes itself.</summary>
    protected async Task RefreshAsync()
    {
        if (_gone.IsCancellationRequested)
            return;
        if (_reading)
        {
            // One reading at a time; what was asked for meanwhile is read right after it.
            _again = true;
            return;
        }

        await ReadUntilCurrentAsync();
        if (_gone.IsCancellationRequested)
            return;
        if (Source.LoadedAt is { } at)
            Live.Fresh(this, at);
        StateHasChanged();
    }

    private async Task ReadUntilCurrentAsync()
    {
        _reading = true;
        try
        {
            do
            {
                _again = false;
                await ReadAgainAsync();
            }
            while (_again && !_gone.IsCancellationRequested);
        }
        finally
        {
            _reading = false;
        }
    }

    private async Task ReadAgainAsync()
    {
        try
        {
            await Source.LoadAsync(ReadAsync, e => ShellLog.PageReadFailed(Loggers.CreateLogger(GetType()), GetType().Name, e), _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left while it read.
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _gone.IsCancellationRequested)
            return;
        _gone.Cancel();
        _live?.Dispose();
        _timer?.Dispose();
        Live.Leave(this);
        // Not disposed: a reading may still look at its token; it holds nothing without a timer.
    }
}
