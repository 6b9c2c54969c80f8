using System.Runtime.CompilerServices;
using System.Text;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Marketplaces;

/// <summary>docs/connectors.md is made from the manifests. With CONTROLPLANE_WRITE_DOCS=1 it is written, otherwise compared.</summary>
public sealed class ConnectorTableTests
{
    /// <summary>How each was proven: what a manifest cannot know.</summary>
    private static readonly Dictionary<string, string> Proof = new(StringComparer.Ordinal)
    {
        ["adobe-commerce"] = "simulator with its faults (OAuth 1.0a, signed webhooks), own sample, mutated documents; no real shop and no order document of one",
        ["amazon"] = "published sandbox documents, simulator (orders, notifications, shipments)",
        ["bigcommerce"] = "simulator with its faults, the whole journey, own samples, mutated documents; no real store and no order document of one",
        ["business-central"] = "simulator with its faults",
        ["ebay"] = "simulator with its faults (tokens, signed notifications), one real order (cancelled), own sample, mutated documents; no real account",
        ["edi-3pl"] = "own samples, mutated interchanges, generated acknowledgements; no real warehouse",
        ["edi-trading-partner"] = "own samples, published sample interchanges, mutated interchanges, generated acknowledgements; no real partner",
        ["edifact-trading-partner"] = "own samples, published sample interchanges, mutated interchanges, generated acknowledgements; no real partner",
        ["csv-till"] = "own sample, mutated files, a real OpenSSH server",
        ["file-warehouse"] = "own samples, mutated files, a real OpenSSH server; no real warehouse",
        ["generic-files"] = "its sample at a real OpenSSH server, both directions",
        ["generic-http"] = "scripted answers, the benchmark's ERP and warehouse over HTTP",
        ["kafka"] = "the client library's mock cluster over sockets: stop and start, two nodes, brokers that go away, set aside; no real Kafka",
        ["netsuite-soap"] = "19 real answers, a stateful stand-in over HTTP with faults and lost answers; no real account",
        ["poslog"] = "one real file of a till, own sample, mutated documents",
        ["3pl-central"] = "stateful peer over HTTP with its faults, the published sample of its order, own sample; no real warehouse",
        ["netsuite-rest"] = "stateful peer over HTTP with its faults (statements verified, lines doubled by a plain upsert), own sample; no real account",
        ["sap-s4"] = "stateful peer over HTTP with its faults (lost CSRF session, stale ETag), own sample; no real system",
        ["shiphero"] = "stateful peer over HTTP with its faults (200 with errors, credits), own sample; no real account",
        ["odoo"] = "a stateful stand-in of our own over HTTP, written from public documentation; no Odoo",
        ["rabbitmq"] = "a real broker, killed and restarted under load",
        ["regional-wms"] = "simulator with its faults",
        ["sap-idoc"] = "12 real IDocs (ORDRSP, DESADV, INVOIC), own samples in XML and flat, mutated documents; no real system",
        ["shopify"] = "real documents, simulator (GraphQL, webhooks)",
        ["tryton"] = "a real Tryton 6.0 (SQLite) in the test run: whole journey, lost answers at each call, no-ops, warnings, stale writes",
        ["ubl-partner"] = "12 OASIS example documents, own samples, what it writes read back, mutated documents; no real partner",
        ["walmart"] = "the examples of Walmart's own API description, simulator with its faults (tokens, webhooks), own sample, mutated documents; no real account",
        ["woocommerce"] = "38 real documents, simulator with its faults, the whole journey, own sample, mutated documents",
    };

    [Fact]
    public void The_table_of_connectors_is_as_the_manifests_say()
    {
        var text = new StringBuilder("""
            # Connectors

            Made from the manifests by `ConnectorTableTests`; do not edit. `data` = the manifest says all of it, and it can be changed in the portal; `code` = a part of it is code. Behind each
            operation: its write kind, and `?` where the system can be asked whether a write arrived.

            | connector | roles | made of | receives by | operations | not offered | proven by |
            |---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var connector in ConnectorsFeature.BuiltIn(TimeProvider.System).All)
        {
            var manifest = connector.Manifest;
            var ways = new List<string>();
            if (connector.Receiver is not null && connector.Receiver is not DeclarativeReceiver { Spec.Signature: null } && manifest.Name is not ("rabbitmq" or "kafka"))
                ways.Add("webhooks");
            ways.AddRange(connector.Feeds.Select(f => $"feed `{f.Name}`"));
            ways.AddRange(connector.Subscriptions.Select(s => $"subscription `{s.Name}`"));
            text.Append($"| {manifest.Title} (`{manifest.Name}`) | {(manifest.Roles.Count > 5 ? "any" : string.Join(", ", manifest.Roles.Select(r => r.Word())))} | {(EmbeddedCatalog.Document(manifest.Name) is null && !manifest.Name.StartsWith("generic-", StringComparison.Ordinal) ? "code" : "data")} "
                + $"| {(ways.Count == 0 ? "–" : string.Join(", ", ways))} | {(manifest.Operations.Count == 0 ? "as the connection describes" : string.Join(", ", manifest.Operations.Select(o => $"{o.Name} ({o.Write.ToString().ToLowerInvariant()}{(o.CanLookUp ? "?" : "")})")))} "
                + $"| {(manifest.NotOffered.Count == 0 ? "–" : string.Join(" ", manifest.NotOffered.Select(n => $"{n.Key}: {n.Value}")))} | {Proof[manifest.Name]} |\n");
        }

        var file = Path.Combine(Root(), "docs", "connectors.md");
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_WRITE_DOCS") == "1")
            File.WriteAllText(file, text.ToString());
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text.ToString());
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
