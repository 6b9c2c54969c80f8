using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.Alerts;

/// <summary>Incidents, silences, budgets and channels as a test lays them out, and what was asked.</summary>
internal sealed class ScriptedAlerts(DateTimeOffset now) : IAlerts, IBudgetGate, IAlertChannels, IAlertChannelTester
{
    public List<AlertIncident> Incidents { get; } = [];

    public List<AlertEvent> Events { get; } = [];

    public List<SilenceItem> Held { get; } = [];

    public List<AlertChannelItem> Channels { get; } = [];

    public BudgetBoard Board { get; set; } = new([], [], [], now);

    public List<string> Done { get; } = [];

    public bool Broken { get; set; }

    /// <summary>Whether a test by a channel arrives.</summary>
    public bool Arrives { get; set; } = true;

    public TaskCompletionSource? Gate { get; set; }

    /// <summary>What budgets ask for now.</summary>
    public BudgetMeasure Measure { get; set; }

    public async Task<AlertList> ListAsync(TenantScope tenant, AlertFilter filter, string? cursor, int limit, CancellationToken ct)
    {
        if (Gate is not null)
            await Gate.Task;
        if (Broken)
            throw new InvalidOperationException("no such table: alert_incidents");
        return new([.. Incidents.Where(i => filter.Open is not { } open || open == (i.State != AlertState.Resolved))], null, Incidents.Count(i => i.State == AlertState.Firing), Incidents.Count(i => i.State == AlertState.Acknowledged), now);
    }

    public Task<AlertDetail?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult(Incidents.Find(i => i.Id == id) is { } found ? new AlertDetail(found, Events, []) : null);

    public Task<CommandOutcome> AcknowledgeAsync(TenantScope tenant, Guid id, string by, string note, CancellationToken ct) => Note($"take {id} {by}");

    public Task<IReadOnlyList<SilenceItem>> SilencesAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<SilenceItem>>(Held);

    public Task<SilenceChoices> ChoicesAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult(new SilenceChoices([new("orders", "Orders")], [new("erp", "The ERP")], [new("erp", "the ERP"), new("us", "us")]));

    public Task<CommandOutcome> SilenceAsync(TenantScope tenant, Guid id, SilenceRequest request, string by, CancellationToken ct) => Note($"silence {request.Objective}/{request.Connection}/{request.Party} {request.Length.TotalMinutes:0} {request.Reason}");

    public Task<CommandOutcome> EndSilenceAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) => Note($"end {id}");

    public Task<BudgetRefusal?> AgainstAsync(TenantScope tenant, IReadOnlyCollection<string> connections, string? fix, CancellationToken ct) => Task.FromResult(
        BudgetPolicy.Allows(Measure, !string.IsNullOrWhiteSpace(fix), false) ? null : new BudgetRefusal(Measure == BudgetMeasure.Freeze ? "budget.frozen" : "budget.fixes_only", "orders", connections.FirstOrDefault(), Measure, "A budget is spent."));

    public Task<BudgetBoard> ReadAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult(Board);

    public Task<CommandOutcome> WaiveAsync(TenantScope tenant, Guid id, string? connection, TimeSpan length, string reason, string by, CancellationToken ct) => Note($"waive {connection} {length.TotalMinutes:0} {reason}");

    public Task<CommandOutcome> EndWaiverAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) => Note($"unwaive {id}");

    public Task<IReadOnlyList<AlertChannelItem>> AllAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<AlertChannelItem>>(Channels);

    public Task<ChannelOutcome> SaveAsync(TenantScope tenant, AlertChannel channel, int? basedOn, string by, string reason, CancellationToken ct)
    {
        Done.Add($"save {channel.Name} {channel.Type} {string.Join('+', channel.To)} {basedOn} {reason}{(channel.Enabled ? "" : " off")}");
        return Task.FromResult(new ChannelOutcome(channel.Problems().Count == 0, "accepted", "Saved.", channel.Problems()));
    }

    public Task<CommandOutcome> DeleteAsync(TenantScope tenant, string name, CancellationToken ct) => Note($"delete {name}");

    public Task<int> SendAgainAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        Done.Add($"again {name}");
        return Task.FromResult(2);
    }

    public Task<CommandOutcome> TestAsync(TenantScope tenant, string name, string by, CancellationToken ct) => Arrives ? Note($"test {name}") : Task.FromResult(new CommandOutcome(false, "not_taken", "It did not arrive."));

    private Task<CommandOutcome> Note(string what)
    {
        Done.Add(what);
        return Task.FromResult(new CommandOutcome(true, "accepted", $"Done: {what}"));
    }
}
