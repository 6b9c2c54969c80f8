using System.Globalization;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Webhooks;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// Settings, credentials, faults and budgets as data; in code what data cannot say: what comes in, the feed with its
/// cursor, a shipment confirmation that is checked before it is sent, and a token that is refused with 403.
/// </summary>
public sealed class AmazonConnector : DeclarativeConnector
{
    private const string TokenHeader = "x-amz-access-token";

    /// <summary>The model's own limit of <c>marketplaceIds</c>.</summary>
    private const int MostMarketplaces = 50;

    public AmazonConnector(TimeProvider clock)
        : this(EmbeddedCatalog.Load("Amazon"), clock)
    {
    }

    private AmazonConnector(ConnectorDefinition definition, TimeProvider clock)
        : this(definition, new AmazonApi(definition, clock), clock)
    {
    }

    private AmazonConnector(ConnectorDefinition definition, AmazonApi api, TimeProvider clock)
        : base(definition, clock, new AmazonReceiver(), [new OrdersFeed(api)], [new ConfirmShipment(definition, api), new GetOrder(definition, api)])
    {
    }

    /// <summary>
    /// A request that already carries a token was sent before and refused. Amazon refuses an expired token with 403, as
    /// it refuses what the application may never do, so the token is renewed only if nobody else did so meanwhile.
    /// </summary>
    public override async ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        var refused = request.Headers.GetValueOrDefault(TokenHeader);
        await base.AuthenticateAsync(request, connection, tokens, exchange, ct);
        if (refused is not null && request.Headers[TokenHeader] == refused && ForgetTokens(connection, tokens))
            await base.AuthenticateAsync(request, connection, tokens, exchange, ct);
    }

    public override IEnumerable<string> Check(Connection connection)
    {
        foreach (var problem in base.Check(connection))
            yield return problem;
        if (AmazonSettings.Marketplaces(connection).Count > MostMarketplaces)
            yield return $"settings.marketplaceIds: There are more than {MostMarketplaces.ToString(CultureInfo.InvariantCulture)}. Make a second connection for the others.";
        if (connection.Setting("currency") is { Length: > 0 } currency && !Currencies.IsKnown(currency))
            yield return "settings.currency: It is no active ISO 4217 code. Write three capital letters, such as EUR.";
        if (AmazonSettings.LookBack(connection) is null)
            yield return "settings.lookBackHours: It is no whole number from 1 to 720.";
        if (connection.Setting("notificationQueue") is { Length: > 0 } queue && (!queue.StartsWith("arn:aws", StringComparison.Ordinal) || !Uri.TryCreate(queue, UriKind.Absolute, out _)))
            yield return "settings.notificationQueue: It is no ARN of a queue. Write it as arn:aws:sqs:eu-west-1:123456789012:orders.";
        if (connection.Secret(AmazonReceiver.NotificationSecret)?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(s => StandardWebhooks.Key(s) is null) == true)
            yield return $"secrets.{AmazonReceiver.NotificationSecret}: It is no signing secret. Allowed: base64 after whsec_, several separated by spaces.";
    }
}
