namespace ControlPlane.Domain.Reviews;

/// <summary>What to do when something fails, for who is woken by it.</summary>
/// <param name="Key">Lower-case with hyphens.</param>
/// <param name="Owner">Person or team that keeps it right; empty = nobody.</param>
/// <param name="Link">Where it stands; null where it stands here.</param>
/// <param name="Text">Markdown-free text; null where it stands elsewhere.</param>
/// <param name="Connections">Keys of connections that it is for.</param>
/// <param name="Causes">Ids of causes.</param>
/// <param name="Objectives">Names of objectives.</param>
public sealed record Runbook(string Key, string Title, string Owner, string? Link, string? Text, IReadOnlyList<string> Connections, IReadOnlyList<string> Causes, IReadOnlyList<string> Objectives)
{
    public const int LongestText = 20_000;
}
