using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions;
using FaultClass = ControlPlane.Domain.Faults.FaultKind;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>Kinds of faults that can be made at the same time, because they need the same dials.</summary>
internal sealed record FaultPhase(IReadOnlyList<(string System, string Name, double Value)> Dials, params FaultKind[] Kinds);

/// <summary>The labelled fault set: each kind is made with the simulators' own dials, or with an estate that is wrong in one way.</summary>
internal static class FaultSet
{
    private const string Closed = "http://127.0.0.1:9";

    private static Label Erp(VerdictMove move) => new("erp-posted", "erp", move);

    private static Label Told(VerdictMove move) => new("wms-instructed", "wms", move);

    private static Label Confirm(VerdictMove move) => new("channel-fulfilled", "channel", move);

    private static Dictionary<string, string> At(string step, string keys) => new() { [step] = keys };

    private static bool Is(TransactionRow t, FaultClass kind) => t.State is TransactionState.Retrying or TransactionState.Stuck && t.FaultKind == kind;

    private static bool Stuck(TransactionRow t) => t.State == TransactionState.Stuck;

    private static readonly Dictionary<string, string> LateErp = At("erp-order", "expect: { within: 1s }, retry: { first: 3s, longest: 60s }");

    /// <summary>Warehouse connectors that are as wrong as somebody may write them.</summary>
    public static IEnumerable<string> Documents()
    {
        yield return FaultKind.ErpConnection("erp", "${secret:sandbox}/erp/api/v2.0", "10s");
        yield return FaultKind.WmsConnection("wms", "${secret:sandbox}/wms", "10s", "regional-wms");
        yield return "kind: Crosswalk\nmetadata: { name: fault-skus }\nspec: { title: Codes of the warehouse }";
        yield return Warehouse("tight-wms", "{ to: sku, from: order.number }", "budget: { perSecond: 0.001, burst: 2 }");
        yield return Warehouse("coded-wms", "{ to: \"lines[].sku\", from: \"order.lines[].sku\", crosswalk: fault-skus }", "");
        yield return Warehouse("strict-wms", "{ to: taxNumber, from: outputs.taxNumber, required: true }", "");
    }

    public static IReadOnlyList<FaultPhase> Phases { get; } =
    [
        // Nobody misbehaves: what is wrong is here, in between, or in the order itself.
        new([],
            new FaultKind("healthy", "nothing is wrong", new("closed", "us", VerdictMove.Nobody)) { Ready = t => t.State == TransactionState.Closed },
            new FaultKind("erp-unreachable", "nobody listens at the ERP's address", Erp(VerdictMove.Unknown)) { Erp = "own", Address = Closed, Spread = 10 },
            new FaultKind("erp-unreachable-held", "the same, and the breaker is open", Erp(VerdictMove.Unknown)) { Erp = "own", Address = Closed },
            new FaultKind("wms-unreachable", "nobody listens at the warehouse's address", Told(VerdictMove.Unknown)) { Wms = "own", Address = Closed, Spread = 10 },
            new FaultKind("channel-unreachable", "nobody listens at the channel's address", Confirm(VerdictMove.Unknown)) { Address = Closed, Spread = 10 },
            new FaultKind("over-limit", "our own limit stops the order", new("validated", "us", VerdictMove.Us)) { Steps = At("validate", "mostTotalMinor: 1"), Ready = Stuck },
            new FaultKind("no-address", "the channel's order has no address", Told(VerdictMove.Us))
            {
                Edit = o => o["shipping_address"] = o["billing_address"] = null, Ready = Stuck,
            },
            new FaultKind("mapping-error", "a mapping asks for what is not there", Told(VerdictMove.Us)) { Wms = "own", WmsConnector = "strict-wms", Ready = Stuck },
            new FaultKind("crosswalk-missing", "a code has no entry in the crosswalk", Told(VerdictMove.Us)) { Wms = "own", WmsConnector = "coded-wms", Ready = Stuck },
            new FaultKind("connection-missing", "the flow names a connection that is not there", new("erp-posted", "us", VerdictMove.Us)) { Erp = "nowhere", Ready = Stuck },
            new FaultKind("own-budget", "our rate budget is used up", Told(VerdictMove.Us)) { Wms = "own", WmsConnector = "tight-wms", Orders = 32, Through = 2, Ready = t => Is(t, FaultClass.Throttled) },
            new FaultKind("window", "a maintenance window of the ERP is declared", Erp(VerdictMove.Erp)) { Erp = "own", Ready = t => t.FaultCode == "held.maintenance" },
            new FaultKind("turn-blocked", "an earlier order of the key is stuck", new("validated", "us", VerdictMove.Us))
            {
                Flow = "turns: { of: channel }", Steps = At("validate", "mostTotalMinor: 1"), Ready = t => t.State is TransactionState.Stuck or TransactionState.Waiting,
            },
            new FaultKind("confirmation-refused", "the channel does not know the order that is confirmed", Confirm(VerdictMove.Channel))
            {
                Edit = o => (o["id"], o["admin_graphql_api_id"]) = (o["id"]!.GetValue<long>() + 7, $"gid://shopify/Order/{o["id"]!.GetValue<long>() + 7}"), Ready = Stuck,
            }),
        new([("erp", "error-rate", 100)],
            new FaultKind("erp-500", "the ERP answers 500 or 502", Erp(VerdictMove.Erp)) { Erp = "own", Spread = 10 },
            new FaultKind("erp-500-held", "the same, and the breaker is open", Erp(VerdictMove.Erp)) { Erp = "own" },
            new FaultKind("erp-500-late", "the same, and the document is overdue while it is tried", Erp(VerdictMove.Erp)) { Erp = "own", Spread = 10, Steps = LateErp, Ready = Stuck }),
        new([("erp", "latency", 4000)],
            new FaultKind("erp-timeout", "the ERP does not answer in time when it is asked for a token", Erp(VerdictMove.Unknown)) { Erp = "own", Spread = 10, Timeout = "1s" }),
        new([("wms", "latency", 4000)],
            new FaultKind("wms-timeout", "the warehouse takes longer than we wait, and perhaps it is done", Told(VerdictMove.Us)) { Wms = "own", Spread = 10, Timeout = "1s", Ready = t => Is(t, FaultClass.UnknownOutcome) }),
        new([("erp", "lost-answer-rate", 100)],
            new FaultKind("erp-lost-answer", "the ERP did it, and its answer was lost", Erp(VerdictMove.Us)) { Erp = "own", Spread = 10, Ready = t => Is(t, FaultClass.UnknownOutcome) }),
        new([("erp", "rejected-line-rate", 100)], new FaultKind("unknown-sku", "the ERP does not know an item", Erp(VerdictMove.Erp)) { Ready = Stuck }),
        new([("erp", "rejected-order-rate", 100)], new FaultKind("customer-blocked", "the customer is blocked in the ERP", Erp(VerdictMove.Erp)) { Ready = Stuck }),
        new([("erp", "wrong-credentials", 1)], new FaultKind("erp-401", "the ERP does not accept our credentials", Erp(VerdictMove.Us)) { Erp = "own", Ready = Stuck }),
        new([("erp", "throttle-rate", 100)], new FaultKind("erp-429", "the ERP limits our calls", Erp(VerdictMove.Erp)) { Erp = "own", Ready = t => Is(t, FaultClass.Throttled) }),
        new([("erp", "maintenance", 1)], new FaultKind("erp-503", "the ERP says that it is closed", Erp(VerdictMove.Erp)) { Erp = "own" }),
        new([("erp", "maintenance-page", 1)], new FaultKind("erp-page", "a page of a proxy in place of the ERP's data", Erp(VerdictMove.Erp)) { Erp = "own", Spread = 10 }),
        new([("wms", "error-rate", 100)],
            new FaultKind("wms-500", "the warehouse answers 500 or 502", Told(VerdictMove.Warehouse)) { Wms = "own", Spread = 10 },
            new FaultKind("wms-500-held", "the same, and the breaker is open", Told(VerdictMove.Warehouse)) { Wms = "own" }),
        new([("wms", "wrong-credentials", 1)], new FaultKind("wms-401", "the warehouse does not accept our key", Told(VerdictMove.Us)) { Wms = "own", Ready = Stuck }),
        new([("wms", "throttle-rate", 100)], new FaultKind("wms-429", "the warehouse limits our calls", Told(VerdictMove.Warehouse)) { Wms = "own", Ready = t => Is(t, FaultClass.Throttled) }),
        new([("wms", "rejected-order-rate", 100)], new FaultKind("wms-rejected", "the warehouse refuses the order by message", new("wms-acknowledged", "wms", VerdictMove.Warehouse)) { Ready = Stuck }),
        new([("wms", "rejected-line-rate", 100), ("wms", "ship-delay-min", 60), ("wms", "ship-delay-max", 60)],
            new FaultKind("line-rejected", "the warehouse refuses a line by message", new("shipped", "wms", VerdictMove.Warehouse)) { Ready = Stuck }),
        new([("wms", "paused", 1)],
            new FaultKind("never-acknowledged", "the warehouse took the order and says nothing, past the deadline", new("wms-acknowledged", "wms", VerdictMove.Warehouse)) { Steps = At("wms-ack", "deadline: 1s"), Ready = Stuck },
            new FaultKind("acknowledgement-due", "the warehouse took the order and has time to accept it", new("wms-acknowledged", "wms", VerdictMove.Warehouse)) { Ready = t => t.State == TransactionState.Waiting }),
        new([("wms", "ship-delay-min", 120), ("wms", "ship-delay-max", 120)],
            new FaultKind("no-shipment", "the warehouse accepted the order and reports no shipment, past the deadline", new("shipped", "wms", VerdictMove.Warehouse)) { Steps = At("shipment", "deadline: 1s"), Ready = Stuck },
            new FaultKind("shipment-due", "the warehouse accepted the order and has time to ship it", new("shipped", "wms", VerdictMove.Warehouse)) { Ready = t => t is { State: TransactionState.Waiting, Step: "shipment" } },
            new FaultKind("cancelled-late", "the customer cancels after the ERP has the order", new("shipped", "us", VerdictMove.Us)) { Ready = t => t.FaultCode == "order.cancelled_late" }),
        new([("shop", "error-rate", 100)], new FaultKind("channel-500", "the channel answers 500 or 502", Confirm(VerdictMove.Channel)) { Spread = 10 }),
        new([("shop", "throttle-rate", 100)], new FaultKind("channel-throttled", "the channel limits our calls", Confirm(VerdictMove.Channel)) { Ready = t => Is(t, FaultClass.Throttled) }),
        new([("shop", "wrong-credentials", 1)], new FaultKind("channel-401", "the channel's token has expired", Confirm(VerdictMove.Us)) { Ready = Stuck }),
    ];

    private static string Warehouse(string name, string row, string budget) => $$"""
        kind: Connector
        metadata: { name: {{name}} }
        spec:
          version: 1.0.0
          title: Warehouse of the fault set
          roles: [wms]
          settings:
            - { name: apiKey, meaning: Key., required: true, secret: true }
            - { name: webhookSecret, meaning: Secret., required: true, secret: true }
          authentication: { scheme: bearer, token: "{secrets.apiKey}" }
          errors: { code: $.error.code, message: $.error.message }
          mappings:
            - name: instruction
              rows:
                - { to: reference, from: reference, required: true }
                - { to: "lines[].lineRef", from: "order.lines[].channelLineRef" }
                - {{row}}
          operations:
            - name: instructFulfilment
              title: Instruct
              write: keyed
              {{budget}}
              request: { method: POST, path: /v1/orders, mapping: instruction, idempotencyHeader: Idempotency-Key }
              answer: { success: [200, 201], outputs: { wmsOrderId: $.id }, identifiers: { wms-order: $.id }, summary: Taken }
        """;
}
