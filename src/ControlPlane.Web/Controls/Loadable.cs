using System.Data.Common;

namespace ControlPlane.Web.Controls;

/// <param name="What">What happened, in a sentence.</param>
/// <param name="Next">What the reader can do about it.</param>
public sealed record LoadProblem(string What, string Next)
{
    /// <summary>What a person can be told of an exception: never its own text, which may hold data and is of no help.</summary>
    public static LoadProblem From(Exception e) => e is DbException or TimeoutException or IOException or InvalidOperationException { InnerException: DbException }
        ? new("The database did not answer.", "Try again in a moment. If it stays like this, ask an operator to look at /health.")
        : new("This could not be read because of a defect in ControlPlane.", "Try again. If it stays like this, send the time and the address of this page to an administrator.");
}

/// <summary>
/// Data of a page with its honest state: loading, failed, loaded and how old. A reload that fails keeps the old data and
/// says so.
/// </summary>
public sealed class Loadable<T>(TimeProvider clock)
    where T : class
{
    public T? Value { get; private set; }

    public LoadProblem? Problem { get; private set; }

    public bool Loading { get; private set; }

    /// <summary>When <see cref="Value"/> was read; null before the first time.</summary>
    public DateTimeOffset? LoadedAt { get; private set; }

    /// <summary>For data that came with the prerendered page.</summary>
    public void Take(T value, DateTimeOffset at) => (Value, LoadedAt, Problem) = (value, at, null);

    /// <summary>Never throws, except when cancelled.</summary>
    /// <param name="report">Gets the exception, for the log.</param>
    public async Task LoadAsync(Func<CancellationToken, Task<T>> load, Action<Exception> report, CancellationToken ct)
    {
        Loading = true;
        try
        {
            var value = await load(ct);
            Take(value, clock.GetUtcNow());
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            report(e);
            Problem = LoadProblem.From(e);
        }
        finally
        {
            Loading = false;
        }
    }
}
