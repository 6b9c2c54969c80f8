using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>What the address of the list of cases asks for.</summary>
public static class CasesAddress
{
    /// <param name="value">The value of a name in the address; null when it is absent.</param>
    /// <returns>The filter, and what was not understood; that is left out.</returns>
    public static (CaseFilter Filter, string? Problem) Read(Func<string, string?> value)
    {
        IReadOnlyList<CasePhase> phases = [];
        string? problem = null;
        var (state, system, word) = (value("state"), value("system"), value("sort"));
        if (state == "all")
            phases = Enum.GetValues<CasePhase>();
        else if (!string.IsNullOrEmpty(state))
        {
            phases = [.. Enum.GetValues<CasePhase>().Where(p => p.Word() == state)];
            if (phases.Count == 0)
                problem = $"There is no state “{Short(state)}”; it is left out. Allowed: {string.Join(", ", Enum.GetValues<CasePhase>().Select(p => p.Word()))}, all.";
        }

        var sort = CasesPresentation.Sorts.Where(s => s.Word == word).Select(s => s.Sort).FirstOrDefault(CaseSort.Money);
        return (new(phases, string.IsNullOrEmpty(system) ? null : system == PageUrls.Us ? "" : system, value("q")?.Trim(), sort), problem);
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
