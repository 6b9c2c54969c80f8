namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>Which rows changed a moment ago, for as long as a person needs to notice it.</summary>
internal sealed class ChangeMarks
{
    /// <summary>As long as the animation in portal.css, which is at full strength for most of it.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Guid, (DateTimeOffset At, int Times)> _marks = [];

    /// <returns>True when there was something to mark.</returns>
    public bool Mark(IEnumerable<Guid> changed, DateTimeOffset now)
    {
        var any = false;
        foreach (var id in changed)
        {
            _marks[id] = (now, _marks.GetValueOrDefault(id).Times + 1);
            any = true;
        }

        return any;
    }

    /// <summary>The class of a row. It alternates, so that a row that changes again while it is marked is seen to do so.</summary>
    public string? Class(Guid id, DateTimeOffset now) =>
        !_marks.TryGetValue(id, out var mark) || now - mark.At >= Shown ? null : mark.Times % 2 == 1 ? "cp-changed" : "cp-changed-again";

    public void Clear() => _marks.Clear();
}
