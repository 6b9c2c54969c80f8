namespace Connectors.Protocols.Manifests.Schema;

/// <summary>
/// Documents that lead the reader to every place that a connector may have and that no built-in one uses. Whoever teaches the reader a
/// new place adds it here, unless a built-in connector has it.
/// </summary>
internal static class SchemaProbes
{
    public static IReadOnlyList<string> All { get; } =
    [
        """
        kind: Connector
        metadata: { name: everything }
        spec:
          title: Everything
          roles: [marketplace]
          settings: [{ name: shop, meaning: Number of the shop., default: main }]
          authentication: { scheme: oauth2, tokenAddress: "https://t", clientId: "{settings.shop}", clientSecret: "{secrets.s}" }
          errors: { code: $.c, map: [{ code: a, kind: data, as: a.b, message: m }] }
          feeds:
            - { name: orders, path: "/o?p={page}", items: "$.o[]", paging: { style: page, total: $.n }, budget: { perSecond: 1 }, one: "/o/{id}", oneAt: $.o }
          receive:
            signature: { scheme: hmac, header: X, secret: s, timestamp: T }
            documents:
              - topics: [a]
                only: [{ at: $.a, is: [b] }]
                order:
                  lines: { at: "$.l[]", only: [{ at: "@.a", present: true }] }
                  rows: [{ to: externalId, expression: "a", with: { a: $.id }, when: [{ at: $.a, is: [b] }] }, { to: shippingService, from: $.s, crosswalk: { table: carrier, onMissing: keep } }]
              - topics: [b]
                correlate: { reference: $.r }
                shipment:
                  lines: { at: "$.l[]", only: [{ at: "@.a", present: true }] }
                  rows: [{ to: externalId, from: $.id, when: [{ at: $.a, is: [b] }] }, { to: carrier, from: $.c, crosswalk: { table: carrier, onMissing: keep } }]
              - topics: [c]
                fetch: { feed: orders, id: $.id }
          mappings:
            - { name: m, rows: [{ to: a, from: reference, when: [{ at: order.number, present: true }] }, { to: b, from: shipment.carrier, crosswalk: { table: carrier, onMissing: keep } }] }
          operations:
            - name: confirmShipment
              write: blind
              budget: { perSecond: 1 }
              errors: { code: $.c, map: [{ code: a, kind: data }] }
              request: { method: POST, path: /s, mapping: m }
              answer: { outputs: { a: $.a } }
              alreadyDone: { status: 409 }
              lookUp: { method: GET, path: /s, matches: { at: $.a, is: "{reference}" } }
        """,
        Authentication("{ scheme: basic, user: a, password: b }", "{ scheme: basic, user: a, secret: s }"),
        Authentication("{ scheme: bearer, token: a }", "{ scheme: timestamped, header: a, secret: s }"),
        Authentication("{ scheme: api-key, header: a, key: b }", "{ scheme: token, header: a, secret: s }"),
        Authentication("{ scheme: oauth1, consumerKey: a, consumerSecret: b }", "{ scheme: standard-webhooks, secret: s }"),
        Authentication("{ scheme: oauth2, tokenAddress: a, clientId: b, clientSecret: c }", "{ scheme: hmac, header: a, secret: s }"),
        Authentication("{ scheme: oauth2, tokenAddress: a, clientId: b, clientSecret: c, applicationScope: d }", "{ scheme: public-key, header: a, secret: s, inside: b, key: { id: c, path: '/{id}', at: $.k, by: application } }"),
        Authentication("{ scheme: none }", "{ scheme: public-key, header: a, secret: s }"),
        Authentication("{ scheme: ws-security, user: a, password: b }", "{ scheme: none, because: b }"),
        Authentication("{ scheme: netsuite-token }", "{ scheme: none, because: b }"),
        $$"""
        kind: Connector
        metadata: { name: everything }
        spec:
          roles: [3pl]
          formats: [{{string.Join(", ", FormatReader.Known.Select(t => $"{{ name: {t}, type: {t} }}"))}}, {{string.Join(", ", FormatReader.Known.Select(t => $"{{ name: r-{t}, type: {t}, records: [{{ name: a, columns: [{{ name: b }}] }}, {{ name: c, columns: [d] }}], columns: [{{ name: b }}], group: {{ }}, kind: {{ }}, limits: {{ }}, us: {{ }}, partner: {{ }}, separators: {{ }}, acknowledgedWithin: {{ hours: 1 }} }}"))}}]
          feeds:
            - { name: files, folder: { path: /in, after: move, to: /done } }
            - { name: list, path: /o, items: "$.o[]", only: [{ at: $.ok, is: [b] }] }
          answers: { method: PUT, path: "/a/{answer.name}" }
          webhooks:
            topics: [a]
            expiresAfterHours: 24
            list: { path: /w, items: "$[]", id: "$.id", topic: $.t, address: $.a, active: { at: $.s, is: [on] }, body: { a: 1 } }
            create: { path: /w, body: { a: 1 } }
            renew: { path: /w, body: { a: 1 } }
            enable: { path: /w, body: { a: 1 } }
            destination:
              list: { path: /d, items: "$[]", id: $.id, address: $.a, active: { at: $.s, is: [on] }, body: { a: 1 } }
              create: { path: /d, body: { a: 1 } }
              enable: { path: /d, body: { a: 1 } }
            delete: { path: /w }
          receive: { documents: [{ ignore: Nothing. }] }
        """,
    ];

    private static string Authentication(string authentication, string signature) => $$"""
        kind: Connector
        metadata: { name: everything }
        spec:
          roles: [erp]
          authentication: {{authentication}}
          errors: { message: $.m }
          feeds: [{ name: orders, path: /o, items: "$[]" }]
          receive: { signature: {{signature}}, documents: [{ ignore: Nothing. }] }
          operations: [{ name: ping, write: read, request: { method: GET, path: /p }, lookUp: { method: GET, path: /p } }]
        """;
}
