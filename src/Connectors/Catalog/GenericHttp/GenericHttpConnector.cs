using System.Runtime.CompilerServices;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.GenericHttp;

/// <summary>A system that nobody has heard of: what it can do stands in the connection's own setting <c>spec</c>.</summary>
/// <param name="partner">The folder of its manifest: what a connection is asked for differs with the way it travels.</param>
public sealed class GenericHttpConnector(TimeProvider clock, string partner = "GenericHttp") : DeclarativeConnector(EmbeddedCatalog.Load(partner), clock)
{
    private const string SpecSetting = "spec";

    /// <summary>Connections are immutable and replaced as a whole, so that what was read from one holds as long as it does.</summary>
    private readonly ConditionalWeakTable<Connection, Shaped> _shaped = [];
    private readonly TimeProvider _clock = clock;

    public override IConnector For(Connection connection) => Shape(connection).Connector ?? (IConnector)this;

    public override IEnumerable<string> Check(Connection connection)
    {
        if (connection.Setting(SpecSetting) is not { Length: > 0 })
            return base.Check(connection);
        var shaped = Shape(connection);
        return shaped.Connector?.Check(connection) ?? shaped.Problems.Select(p => p.ToString());
    }

    private Shaped Shape(Connection connection) => _shaped.GetValue(connection, Read);

    private Shaped Read(Connection connection)
    {
        if (connection.Setting(SpecSetting) is not { Length: > 0 } spec)
            return new(null, []);
        var reading = ManifestReader.ReadSpec(spec, Manifest.Name, connection.DisplayName, connection.Role, $"connection {connection.Key}, settings.spec");
        return new(reading.Definition is { } definition ? new DeclarativeConnector(definition, _clock) : null, reading.Problems);
    }

    private sealed record Shaped(IConnector? Connector, IReadOnlyList<ManifestProblem> Problems);
}
