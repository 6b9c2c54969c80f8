using Connectors;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Web.Features.Estate;

/// <summary>Connectors and runtime do not know each other; here they meet: a user's <c>kind: Connector</c> joins the catalogue.</summary>
internal sealed class ConnectorDocuments(ConnectorCatalog catalog, TimeProvider clock) : IConnectorDocuments
{
    public IReadOnlyList<EstateProblem> Load(string document, string source)
    {
        var reading = ManifestReader.Read(document, source);
        if (reading.Definition is { } definition)
            catalog.Add(new DeclarativeConnector(definition, clock));
        return [.. reading.Problems.Select(p => new EstateProblem(p.Source, p.Line, "", p.Message))];
    }
}
