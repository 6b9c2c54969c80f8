using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;

namespace ControlPlane.Domain.Flows;

/// <summary>
/// What a running flow remembers between steps, small enough to be written at each checkpoint. The order itself is
/// stored once, apart.
/// </summary>
public sealed record FlowVariables
{
    /// <summary>Outputs of steps by name: <c>erpOrderId</c>, <c>erpOrderNumber</c>, <c>wmsOrderId</c>, <c>customerNumber</c>, <c>fraudFlag</c>.</summary>
    public Dictionary<string, string> Outputs { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Every shipment the warehouse confirmed, in the order of arrival.</summary>
    public List<Shipment> Shipments { get; init; } = [];

    /// <summary>Which occurrence a repeated step is at: 0 before the first shipment, then the number of the shipment being worked on.</summary>
    public int Occurrence { get; set; }

    /// <summary>Raised only by a deliberate re-issue; part of every idempotency key.</summary>
    public int Epoch { get; set; }

    /// <summary>Set once steps are gone through again: what they did before is recognised and not done twice.</summary>
    public ReplayProgress? Replay { get; set; }

    /// <summary>
    /// Numbers that were given to writes of numbered operations, by idempotency key: the same at each try, so that a document that is
    /// sent again is the same document. Null where there are none.
    /// </summary>
    public Dictionary<string, GivenNumber>? Numbers { get; set; }

    /// <summary>Identifiers of documents that were acknowledged before a wait asked for it, as <c>kind value</c>. Null where there are none.</summary>
    public List<string>? Acknowledged { get; set; }

    /// <summary>Id of the step for which silence was told although it is still tried; null = of none. Told once, until it is done.</summary>
    public string? Silent { get; set; }

    /// <summary>What people changed of the order. Null where nobody changed anything.</summary>
    public List<FieldEdit>? Edits { get; set; }

    /// <summary>Counts the versions of the order that counted here, from 1: what the channel and people changed.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Version of the order that each system was told, by the key of its connection. Null before the first.</summary>
    public Dictionary<string, int>? Told { get; set; }

    /// <summary>When the newest version that the channel sent was made there; an older one never counts after it.</summary>
    public DateTimeOffset? NewestSeen { get; set; }

    /// <summary>How many changes the channel asked for since the order began.</summary>
    public int Changes { get; set; }

    /// <summary>The change that is being carried out. Null where there is none.</summary>
    public OpenChange? Change { get; set; }

    /// <summary>The return that was begun because a change came too late: one for the order, whatever else comes too late.</summary>
    public Guid? Return { get; set; }

    /// <summary>Id of the step at which a person was asked to confirm something.</summary>
    public string? Asked { get; set; }

    /// <summary>The shipment that the steps after the wait are about; null before the first.</summary>
    public Shipment? CurrentShipment => Occurrence > 0 && Occurrence <= Shipments.Count ? Shipments[Occurrence - 1] : null;
}

/// <param name="Value">1 to 999,999,999; unique among the writes of the connection.</param>
/// <param name="At">When it was given: the time that the document carries, at each try.</param>
public sealed record GivenNumber(long Value, DateTimeOffset At)
{
    /// <summary>What the write left to find it by, such as the control number that its acknowledgement names, as <c>kind value</c>; null until it was confirmed.</summary>
    public IReadOnlyList<string>? Left { get; init; }
}

/// <param name="PassedWaits">Ids of waits whose event came already, and would never come again.</param>
public sealed record ReplayProgress(List<string> PassedWaits);
