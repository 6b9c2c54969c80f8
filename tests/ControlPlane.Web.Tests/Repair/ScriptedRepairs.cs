using ControlPlane.Runtime.Changes;
using ControlPlane.Web.Tests.Changes;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Repair;

/// <summary>What can be mended, as the test says, and what was asked for.</summary>
internal sealed class ScriptedRepairs : IRepairs, IHolds, ICrosswalkFixes, IBulkReplays
{
    public static readonly Guid Id = Guid.Parse("019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c");

    public FixView? View { get; set; }

    public MissingValue? Missing { get; set; }

    public HoldChoices Choices { get; set; } = new(null, ["order.updated"], []);

    public List<HoldItem> Held { get; } = [];

    public List<EditItem> Pending { get; } = [];

    public EditTrial Trial { get; set; } = new([], new("erp", "The ERP", "createSalesOrder", "{\n  \"street\": \"•••\",\n  \"city\": \"Bonn\"\n}", "{\n  \"street\": \"•••\",\n  \"city\": \"Köln\"\n}", []), null);

    public CommandOutcome Answer { get; set; } = new(true, "accepted", "Order #1001 was changed and goes on.");

    public CrosswalkOutcome Saved { get; set; } = new CrosswalkOutcome.Applied(7, new([]));

    public BulkReplayRow? Row { get; set; }

    public BulkReplayItems Items { get; set; } = new([], null);

    public int? Since { get; set; }

    public bool Broken { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public List<string> Done { get; } = [];

    public List<(Guid Id, BulkReplayRequest Request, string By)> Started { get; } = [];

    public void Add(IServiceCollection services)
    {
        services.AddSingleton<IRepairs>(this);
        services.AddSingleton<IHolds>(this);
        services.AddSingleton<ICrosswalkFixes>(this);
        services.AddSingleton<IBulkReplays>(this);
        services.AddSingleton<IOrderChanges>(new ScriptedChanges());
    }

    public static FixView Fix(TransactionState state = TransactionState.Stuck) => new()
    {
        Id = Id, Number = "#1001", State = state, Revision = 1, FaultCode = "erp.refused", FaultMessage = "The street is not known.", CanRetry = true, DiscardMeans = "The channel will not be told, and no system has it: cancel it there.",
        Fields = [new("shipTo.city", "ship-to city", EditType.Text, 80, "Köln", false, false), new("shipTo.line1", "ship-to street", EditType.Text, 100, null, true, true)],
        Reasons = new Dictionary<string, string> { ["wrong-address"] = "The customer gave another address", ["other"] = "Another reason" },
    };

    public static MissingValue Value(int frees = 43, bool second = false) => new("carrier", "USPS-GA", "erp", "The ERP", CrosswalkDirection.ToTheirs, frees, second, ["m"])
    {
        Suggestions = [new("92", 90, "Shopify US writes it USPS GA"), new("03", 45, "begins like USPS")],
    };

    public static BulkReplayRow Replay(BulkReplayState state, int sent = 5, int proven = 5, int stuck = 0, int total = 43) => new()
    {
        Id = Id, TenantId = 1, State = state, Total = total, Sent = sent, Proven = proven, StuckAgain = stuck, CreatedBy = "Bo", Reason = "mapped", Note = "The first 5 came through", PerSecond = 50, StopAbove = 20, CreatedAt = new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero).ToMicroseconds(),
    };

    Task<FixView?> IRepairs.FindAsync(TenantScope tenant, Guid id, Person who, CancellationToken ct) => Broken ? throw new InvalidOperationException("no such table: transactions") : Task.FromResult(View);

    public Task<EditTrial?> TryAsync(TenantScope tenant, Guid id, IReadOnlyList<FieldChange> changes, Person who, CancellationToken ct) => Task.FromResult<EditTrial?>(Trial);

    public Task<CommandOutcome> EditAsync(TenantScope tenant, Guid id, EditRequest request, Person who, Guid operation, CancellationToken ct) => Note($"edit {request.Changes[0].Path}={request.Changes[0].Value} {request.Reason} {who.Name}");

    public Task<CommandOutcome> DecideAsync(TenantScope tenant, Guid edit, bool approve, string reason, Person who, Guid operation, CancellationToken ct) => Note($"{(approve ? "approve" : "refuse")} {who.Name}: {reason}");

    public Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, bool keepOurs, string reason, Person who, Guid operation, CancellationToken ct) => Note($"settle {keepOurs} {reason}");

    public Task<IReadOnlyList<EditItem>> PendingAsync(TenantScope tenant, Person who, CancellationToken ct) => Task.FromResult<IReadOnlyList<EditItem>>(Pending);

    public async Task<IReadOnlyList<(Guid Id, CommandOutcome Outcome)>> DiscardAsync(TenantScope tenant, IReadOnlyList<Guid> ids, string reason, int? confirmed, Person who, Guid operation, CancellationToken ct) => [(ids[0], await Note($"discard {who.Name}: {reason}"))];

    public async Task<HoldList> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        return Broken ? throw new InvalidOperationException("no such table: order_holds") : new([.. Held], Held.Count, new DateTimeOffset(2026, 11, 23, 13, 40, 0, TimeSpan.Zero).AddSeconds(1), new DateTimeOffset(2026, 11, 23, 13, 40, 0, TimeSpan.Zero));
    }

    public Task<HoldChoices?> ChoicesAsync(TenantScope tenant, Guid transaction, CancellationToken ct) => Task.FromResult<HoldChoices?>(Choices);

    public Task<string> LookAsync(TenantScope tenant, FigureCondition figure, CancellationToken ct) => Task.FromResult($"{figure.Figure} of {string.Join(", ", figure.Arguments.Values)} is 3 now.");

    public Task<CommandOutcome> HoldAsync(TenantScope tenant, Guid transaction, HoldCondition condition, string reason, Person who, Guid operation, CancellationToken ct)
    {
        HeldBy = operation;
        return Note($"hold until {condition.Words()} {who.Name}: {reason}");
    }

    public Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid transaction, Guid hold, Person who, Guid operation, CancellationToken ct) => Note($"take back the hold {(hold == HeldBy ? "of just now" : "of another")} {who.Name}");

    /// <summary>The operation of the last hold.</summary>
    public Guid HeldBy { get; private set; }

    public Task<CommandOutcome> WakeAsync(TenantScope tenant, Guid transaction, string reason, Person who, Guid operation, CancellationToken ct) => Note($"wake {who.Name}");

    public Task<MissingValue?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct) => Task.FromResult(Missing);

    public Task<FixPreview> PreviewAsync(TenantScope tenant, MissingValue missing, string answer, Person who, CancellationToken ct) => Task.FromResult(new FixPreview(missing.Frees, 0, missing.NeedsSecondPerson, answer == "bad" ? "No such code." : null));

    public Task<CrosswalkOutcome> SaveAsync(TenantScope tenant, MissingValue missing, string answer, string reason, Person who, CancellationToken ct)
    {
        Done.Add($"map {missing.Value}={answer} {who.Name}");
        return Task.FromResult(Saved);
    }

    public Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct) => Task.FromResult(new BulkPreview(0, []));

    public Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct)
    {
        if (Started.All(s => s.Id != id))
            Started.Add((id, request, by));
        Row ??= Replay(BulkReplayState.Running, 5, 0);
        return Task.FromResult(new CommandOutcome(true, "accepted", "43 orders are replayed, 50 a second at most."));
    }

    Task<IReadOnlyList<BulkReplayRow>> IBulkReplays.ListAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<BulkReplayRow>>([]);

    public async Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        return Broken ? throw new InvalidOperationException("no such table: bulk_replays") : Row;
    }

    public Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct)
    {
        Row!.State = to;
        return Note($"{to} {by}");
    }

    public Task<BulkReplayItems> ItemsAsync(TenantScope tenant, Guid id, BulkReplayItemState? state, Guid? after, int size, CancellationToken ct)
    {
        Done.Add($"items {state} {after}");
        return Task.FromResult(Items);
    }

    public Task<int?> CameSinceAsync(TenantScope tenant, Guid id, CancellationToken ct) => Task.FromResult(Since);

    private Task<CommandOutcome> Note(string what)
    {
        Done.Add(what);
        return Task.FromResult(Answer);
    }
}
