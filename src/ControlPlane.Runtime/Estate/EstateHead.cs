namespace ControlPlane.Runtime.Estate;

/// <summary>What stands around every document of the estate: one document, its kind, metadata and spec.</summary>
internal static class EstateHead
{
    /// <returns>Null when one of them is missing; that is told. Both are still open: whoever reads them says when they are done.</returns>
    public static (StrictYaml Metadata, StrictYaml Spec)? Read(string text, string source, string kind, ICollection<EstateProblem> problems)
    {
        var before = problems.Count;
        if (StrictYaml.Documents(text, source, problems) is not [var root])
        {
            if (problems.Count == before)
                problems.Add(new(source, 0, "", "One document is expected: kind, metadata, spec."));
            return null;
        }

        if (root.Text("kind") != kind)
            root.Problem("kind", $"Allowed: {kind}.");
        var (metadata, spec) = (root.Child("metadata"), root.Child("spec"));
        if (metadata is null)
            root.Problem("metadata", "This key is required: {name: …}.");
        if (spec is null)
            root.Problem("spec", "This key is required.");
        root.Done();
        return metadata is null || spec is null ? null : (metadata, spec);
    }
}
