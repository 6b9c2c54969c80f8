using Connectors;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Web.Features.Estate;

/// <summary>Connectors and runtime do not know each other; here they meet: a user's <c>kind: Connector</c> joins the catalogue.</summary>
internal sealed class ConnectorDocuments(ConnectorCatalog catalog, TimeProvider clock) : IConnectorDocuments
{
    public (IConnector? Connector, IReadOnlyList<EstateProblem> Problems) Read(string document, string source, int? version = null)
    {
        var reading = ManifestReader.Read(document, source);
        return (reading.Definition is { } definition ? new DeclarativeConnector(definition with { Manifest = definition.Manifest with { Published = version } }, clock) : null, [.. reading.Problems.Select(p => new EstateProblem(p.Source, p.Line, "", p.Message))]);
    }

    public void Use(IConnector connector) => catalog.Add(connector);
}
