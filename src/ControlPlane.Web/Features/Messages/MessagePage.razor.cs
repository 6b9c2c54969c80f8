using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Messages;

/// <param name="Message">Null when there is no such message.</param>
public sealed record MessageReading(Guid Id, MessageView? Message, DateTimeOffset ReadAt);

/// <summary>One message or file: what it was, what its parts became, and where they went. Filter and place are in the address.</summary>
public sealed partial class MessagePage
{
    private (Guid, string?, int) _asked;

    [Parameter] public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "show")] public string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "after")] public int After { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private MessageQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private IConnectorCatalog Catalog { get; set; } = default!;

    /// <summary>Where its mapping is data, the message can be tried there; null otherwise.</summary>
    private string? Workbench(string connection) =>
        Connections.Find(connection)?.Connector is { } name && Catalog.Find(name)?.Receiver is global::Connectors.Protocols.Http.Receiving.DeclarativeReceiver ? name : null;

    protected override MessageReading? Carried
    {
        get => Readings.Collect<MessageReading>(Ticket) is { } reading && reading.Id == Id ? reading : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override void OnInitialized() => _asked = (Id, Show, After);

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == (Id, Show, After))
            return;
        _asked = (Id, Show, After);
        await RefreshAsync();
    }

    protected override async Task<MessageReading> ReadAsync(CancellationToken ct)
    {
        var id = Id;
        return new(id, await Queries.FindAsync(Tenant, id, MessagePresentation.StateOf(Show), Math.Max(0, After), ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(MessageReading value) => value.ReadAt;
}
