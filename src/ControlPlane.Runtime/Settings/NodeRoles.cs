namespace ControlPlane.Runtime.Settings;

/// <summary>What one process of an installation does. Without the setting it does everything.</summary>
/// <param name="Web">Portal, API and hub.</param>
/// <param name="Ingest">Takes documents at <c>/in</c>.</param>
/// <param name="Worker">Runs flows.</param>
/// <param name="Scheduler">Polls feeds and runs recurring jobs.</param>
public sealed record NodeRoles(bool Web, bool Ingest, bool Worker, bool Scheduler)
{
    public const string Everything = "web,ingest,worker,scheduler";

    /// <summary>False when a word is none of the four, or none is left.</summary>
    public static bool TryParse(string text, out NodeRoles roles)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(w => w.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        roles = new(words.Contains("web"), words.Contains("ingest"), words.Contains("worker"), words.Contains("scheduler"));
        return words.Count > 0 && words.IsSubsetOf(Everything.Split(','));
    }

    /// <summary>The words again, in their order.</summary>
    public override string ToString() => string.Join(',', new[] { (Web, "web"), (Ingest, "ingest"), (Worker, "worker"), (Scheduler, "scheduler") }.Where(r => r.Item1).Select(r => r.Item2));
}
