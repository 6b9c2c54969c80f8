using ControlPlane.Runtime.Connections;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>How connectors and their trials are told to people.</summary>
public static class CataloguePresentation
{
    public static string Receives(CatalogueEntry entry) => (entry.Webhooks, entry.Feeds.Count > 0) switch
    {
        (true, true) => "webhooks, and asks for changes",
        (true, false) => "webhooks",
        (false, true) => "asking for changes",
        _ => "nothing",
    };

    public static string Does(CatalogueEntry entry) => entry.Manifest.Operations.Count == 0 ? "what its connection describes" : string.Join(", ", entry.Manifest.Operations.Select(o => o.Title.ToLowerInvariant()));

    public static (string Word, string Icon, Tone Tone) Look(ProbeStep step) => step.Ok switch
    {
        true => ("Works", Icons.Material.Outlined.CheckCircle, Tone.Done),
        false => ("Does not work", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ => ("Not tried", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    /// <summary>What one begins a connector of one's own from.</summary>
    public const string Blank = """
        kind: Connector
        metadata:
          name: my-marketplace
        spec:
          title: My marketplace
          description: What it is, and how it is spoken to.
          roles: [marketplace]

          settings:
            - { name: apiKey, meaning: Key of the API., required: true, secret: true }
            - { name: webhookSecret, meaning: Secret that signs the webhooks., secret: true }

          authentication: { scheme: bearer, token: "{secrets.apiKey}" }

          # What changed, asked for by ourselves: webhooks get lost.
          feeds:
            - name: orders-feed
              path: /orders?updated_after={since}&page={page}&per_page={size}
              items: "$.orders[]"
              paging: { style: page, size: 50 }

          receive:
            signature: { scheme: hmac, header: X-Signature, encoding: hex, secret: webhookSecret }
            topic: $.event
            documents:
              - topics: [order.created, orders-feed]
                order:
                  lines: { at: "$.lines[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: number, from: $.number }
                    - { to: placedAt, from: $.created_at }
                    - { to: currency, from: $.currency }
                    - { to: total, from: $.total }
                    - { to: shipTo.name, from: $.shipping.name }
                    - { to: shipTo.line1, from: $.shipping.street }
                    - { to: shipTo.city, from: $.shipping.city }
                    - { to: shipTo.postalCode, from: $.shipping.zip }
                    - { to: shipTo.countryCode, from: $.shipping.country, convert: upper }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].sku", from: "@.sku" }
                    - { to: "lines[].quantity", from: "@.quantity" }
                    - { to: "lines[].unitPrice", from: "@.price" }

          mappings:
            - name: shipment
              rows:
                - { to: carrier, from: shipment.carrier }
                - { to: tracking_number, from: shipment.trackingNumber, required: true }
                - { to: "lines[].id", from: "shipment.lines[].channelLineRef", required: true }
                - { to: "lines[].quantity", from: "shipment.lines[].quantity", required: true }

          operations:
            - name: confirmShipment
              title: Confirm the shipment
              write: keyed
              request: { method: POST, path: "/orders/{order.externalId}/shipments", mapping: shipment, idempotencyHeader: Idempotency-Key }
              answer: { summary: "Marketplace has shipment {shipment.externalId}" }
        """;

    public const string BlankMessage = """
        {
          "event": "order.created",
          "id": "42",
          "number": "A-1042",
          "created_at": "2026-11-23T09:30:00+01:00",
          "currency": "EUR",
          "total": "49.90",
          "shipping": { "name": "Mia Example", "street": "Lange Straße 5", "city": "Köln", "zip": "50667", "country": "de" },
          "lines": [ { "id": "1", "sku": "TEE-M", "quantity": 2, "price": "24.95" } ]
        }
        """;
}
