using Connectors.Protocols.Manifests;
using Connectors.Protocols.OpenApi;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>A description, what was chosen from it, and the draft that follows. No I/O.</summary>
public sealed class OpenApiDesk
{
    /// <summary>Operations that a list offers; a longer one helps nobody.</summary>
    private const int Most = 500;

    private readonly Dictionary<OpenApiPurpose, OpenApiOperation> _chosen = [];
    private readonly List<OpenApiOperation> _added = [];
    private ILookup<OpenApiPurpose, OpenApiProposal> _proposals = Array.Empty<OpenApiProposal>().ToLookup(p => p.Purpose);

    /// <summary>Null until one was read.</summary>
    public OpenApiDescription? Description { get; private set; }

    public IReadOnlyList<ManifestProblem> Problems { get; private set; } = [];

    /// <summary>Of what is chosen now.</summary>
    public OpenApiDraft Draft { get; private set; } = new("", "", "", null, []);

    public IReadOnlyList<OpenApiOperation> Added => _added;

    public static string Named(OpenApiOperation operation) => $"{operation.Method} {operation.Path}{(operation.Deprecated ? " (deprecated)" : "")}";

    /// <summary>Reads a document and chooses what is likeliest; what was read before stays when this one cannot be read.</summary>
    public void Read(string text, string source)
    {
        var reading = OpenApiReader.Read(text, source);
        Problems = reading.Problems;
        if (reading.Description is not { } description)
            return;
        Description = description;
        var proposals = OpenApiProposals.For(description);
        _proposals = proposals.ToLookup(p => p.Purpose);
        _chosen.Clear();
        _added.Clear();
        foreach (var best in OpenApiProposals.Best(proposals))
            _chosen[best.Purpose] = best.Operation;
        Make();
    }

    public IReadOnlyList<OpenApiProposal> Proposals(OpenApiPurpose purpose) => [.. _proposals[purpose]];

    /// <summary>Those whose method fits the purpose.</summary>
    public IReadOnlyList<OpenApiOperation> Candidates(OpenApiPurpose purpose) =>
        [.. (Description?.Operations ?? []).Where(o => purpose == OpenApiPurpose.OrderWebhook ? o.IsWebhook : purpose == OpenApiPurpose.ListOrders || purpose == OpenApiPurpose.GetOrder ? o.Method is "GET" : o.Method is not ("GET" or "WEBHOOK")).Take(Most)];

    public OpenApiOperation? Chosen(OpenApiPurpose purpose) => _chosen.GetValueOrDefault(purpose);

    /// <summary>Why the chosen one is proposed; what it says of itself when a person chose it.</summary>
    public string Why(OpenApiPurpose purpose) => Chosen(purpose) is not { } operation
        ? Proposals(purpose).Count == 0 ? "No operation looks like it." : "Left out."
        : _proposals[purpose].FirstOrDefault(p => p.Operation == operation)?.Reason ?? (operation.Summary.Length > 0 ? operation.Summary : operation.Id);

    public IEnumerable<OpenApiOperation> Others() => (Description?.Operations ?? []).Where(o => !o.IsWebhook && !_added.Contains(o)).Take(Most);

    /// <param name="id">Of an operation; empty leaves the purpose out.</param>
    public void Choose(OpenApiPurpose purpose, string id)
    {
        if (Find(id) is { } operation)
            _chosen[purpose] = operation;
        else
            _chosen.Remove(purpose);
        Make();
    }

    public void Add(string id)
    {
        if (Find(id) is not { } operation || _added.Contains(operation))
            return;
        _added.Add(operation);
        Make();
    }

    public void Remove(OpenApiOperation operation)
    {
        _added.Remove(operation);
        Make();
    }

    private OpenApiOperation? Find(string id) => Description?.Operations.FirstOrDefault(o => o.Id == id);

    private void Make() => Draft = OpenApiDraftMaker.Make(Description!, [.. OpenApiPurpose.All.Where(_chosen.ContainsKey).Select(p => new OpenApiChoice(_chosen[p], p)), .. _added.Select(o => new OpenApiChoice(o, OpenApiPurpose.Other))]);
}
