using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Webhooks;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.RegionalWms;

/// <summary>Our contract with regional warehouses: instruction and cancellation as data, webhooks in code.</summary>
public sealed class RegionalWmsConnector(TimeProvider clock) : DeclarativeConnector(EmbeddedCatalog.Load("RegionalWms"), clock, new RegionalWmsReceiver())
{
    public override IEnumerable<string> Check(Connection connection)
    {
        foreach (var problem in base.Check(connection))
            yield return problem;
        if (connection.Secret(RegionalWmsReceiver.WebhookSecret)?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(s => StandardWebhooks.Key(s) is null) == true)
            yield return $"secrets.{RegionalWmsReceiver.WebhookSecret}: It is no signing secret. Allowed: base64 after whsec_, several separated by spaces.";
    }
}
