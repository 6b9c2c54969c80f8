using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>What the address of the list of cases asks for.</summary>
public static class CasesAddress
{
    /// <param name="value">The value of a name in the address; null when it is absent.</param>
    /// <param name="connections">By which a system is known; null where nobody is told what is unknown.</param>
    /// <returns>The filter, and what was not understood or looks wrong, a sentence each.</returns>
    public static (CaseFilter Filter, IReadOnlyList<string> Problems) Read(Func<string, string?> value, IConnectionRegistry? connections = null)
    {
        IReadOnlyList<CasePhase> phases = [];
        var problems = new List<string>();
        var (state, system, word) = (value("state"), value("system"), value("sort"));
        if (state == "all")
            phases = Enum.GetValues<CasePhase>();
        else if (!string.IsNullOrEmpty(state))
        {
            phases = [.. Enum.GetValues<CasePhase>().Where(p => p.Word() == state)];
            if (phases.Count == 0)
                problems.Add($"There is no state “{Short(state)}”; it is left out. Allowed: {string.Join(", ", Enum.GetValues<CasePhase>().Select(p => p.Word()))}, all.");
        }

        // Cases of a connection that was removed keep its key: it still counts, and it is told.
        if (connections is not null && !string.IsNullOrEmpty(system) && system != PageUrls.Us && connections.Find(system) is null)
            problems.Add($"No connection is called “{Short(system)}” today; only cases from before it was removed can fit. Allowed: {PageUrls.Us}, {string.Join(", ", connections.All.Select(c => c.Key).Order(StringComparer.Ordinal))}.");
        var sort = CasesPresentation.Sorts.Where(s => s.Word == word).Select(s => s.Sort).FirstOrDefault(CaseSort.Money);
        if (!string.IsNullOrEmpty(word) && CasesPresentation.Sorts.All(s => s.Word != word))
            problems.Add($"Nothing is sorted by “{Short(word)}”; it is left out. Allowed: {string.Join(", ", CasesPresentation.Sorts.Select(s => s.Word))}.");
        return (new(phases, string.IsNullOrEmpty(system) ? null : system == PageUrls.Us ? "" : system, value("q")?.Trim(), sort), problems);
    }

    /// <summary>Each filter in force, in words.</summary>
    public static IEnumerable<(string Name, string Value)> Words(Func<string, string?> value, IConnectionRegistry connections) =>
        new (string Title, string? Value)[]
        {
            ("Text", value("q")), ("State", value("state")),
            ("Stands at", value("system") is not { Length: > 0 } system ? null : system == PageUrls.Us ? "ControlPlane" : connections.Find(system)?.DisplayName ?? system),
        }.Where(w => !string.IsNullOrEmpty(w.Value)).Select(w => (w.Title, w.Value!));

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
