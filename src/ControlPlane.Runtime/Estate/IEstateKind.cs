namespace ControlPlane.Runtime.Estate;

/// <summary>
/// A kind of configuration document that brings its own reader; its versions are kept by <see cref="EstateVersions"/>. Registering one makes
/// <c>validate</c>, <c>plan</c>, <c>apply</c>, <c>export</c> and the folder that is applied at start know it.
/// </summary>
public interface IEstateKind
{
    /// <summary>As documents name it: <c>Runbook</c>.</summary>
    string Kind { get; }

    /// <summary>Folder of the export, lower-case.</summary>
    string Folder { get; }

    /// <summary>The whole document, strictly; pure. Sound only without problems.</summary>
    IReadOnlyList<EstateProblem> Check(EstateDocument document);
}
