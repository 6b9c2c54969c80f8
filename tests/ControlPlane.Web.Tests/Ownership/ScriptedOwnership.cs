using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.Ownership;

/// <summary>Claims as a test lays them out, and what was asked.</summary>
internal sealed class ScriptedClaims(TimeProvider clock) : IClaims
{
    public static readonly Team Finance = new() { Key = "finance", Name = "Finance", Members = ["Bo"] };

    public Custody? Custody { get; set; } = new(Finance, "finance", false, true, null, [], [Finance, new() { Key = "desk", Name = "Desk", Members = ["Li"] }], new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero));

    public List<string> Done { get; } = [];

    public List<Guid> Operations { get; } = [];

    public ClaimOutcome? Answer { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public int Renewed { get; private set; }

    public Task<Custody?> FindAsync(TenantScope tenant, Guid transactionId, CancellationToken ct) => Task.FromResult(Custody);

    public Task<ClaimOutcome> ClaimAsync(TenantScope tenant, Guid transactionId, Person by, string takeOver, Guid operationId, CancellationToken ct) => NoteAsync($"claim {by.Key} {takeOver}".Trim(), operationId, by);

    public Task<ClaimOutcome> ReleaseAsync(TenantScope tenant, Guid transactionId, Person by, Guid operationId, CancellationToken ct) => NoteAsync($"release {by.Key}", operationId, null);

    public Task<bool> RenewAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct)
    {
        Renewed++;
        return Task.FromResult(true);
    }

    public Task<ClaimOutcome> AssignAsync(TenantScope tenant, Guid transactionId, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct) => NoteAsync($"assign {to.Person}{to.Team}: {note}", operationId, null);

    public Task<ClaimOutcome> CommentAsync(TenantScope tenant, Guid transactionId, Person by, string text, Guid operationId, CancellationToken ct) => NoteAsync($"comment {text}", operationId, null);

    public Task<IReadOnlyList<BulkClaimItem>> ClaimManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, Person by, Guid operationId, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<BulkClaimItem>> AssignManyAsync(TenantScope tenant, IReadOnlyList<Guid> transactionIds, AssignTo to, Person by, string note, Guid operationId, CancellationToken ct) => throw new NotSupportedException();

    public Task<ActPermission> MayActAsync(TenantScope tenant, Guid transactionId, string person, CancellationToken ct) => Task.FromResult(new ActPermission(true, "", null));

    public Task<IReadOnlyList<Colleague>> ColleaguesAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<Colleague>>([new("Bo", "Bo Lind"), new("Li", "Li Wan")]);

    private async Task<ClaimOutcome> NoteAsync(string what, Guid operation, Person? holder)
    {
        Done.Add(what);
        Operations.Add(operation);
        if (Gate is { } gate)
            await gate.Task;
        if (Answer is { } answer)
            return answer;
        var now = clock.GetUtcNow();
        Custody = Custody! with { Claim = holder is null ? null : new(holder.Key, holder.Name, now, now + WorkClaim.DefaultLease), ReadAt = now };
        return new(true, "accepted", "Done.", Custody.Claim);
    }
}

/// <summary>Rules, queues and bells as a test lays them out.</summary>
internal sealed class ScriptedOwnership : IOwnership, ITeamQueues, INotifications
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    public OwnershipSetup Setup { get; set; } = new()
    {
        Rules = [new([new("code", ["erp.*"])], "finance"), new([new("country", ["US", "CA"]), new("order.extensions.brand", ["Nordfell"])], "desk")], Fallback = "desk",
        Teams = [ScriptedClaims.Finance, new() { Key = "desk", Name = "Desk", Members = ["Li"], Leads = ["Li"] }],
    };

    public int Version { get; set; } = 3;

    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    public List<UnsentItem> Unsent { get; } = [];

    public List<TeamQueue> Queues { get; } =
    [
        new(null, null, 2, 2, Now.AddHours(-3), TimeSpan.Zero, null, true, QueueAlarm.Red),
        new(ScriptedClaims.Finance, "finance", 12, 4, Now.AddMinutes(-95), TimeSpan.FromMinutes(95), Now.AddHours(1), false, QueueAlarm.Late),
    ];

    public Bell Bell { get; set; } = new(0, []);

    public List<string> Done { get; } = [];

    public OwnershipSetup? Published { get; private set; }

    public PublishOutcome? Outcome { get; set; }

    public OwnershipPreview? Preview { get; set; }

    public async Task<OwnershipNow> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        return Broken ? throw new TimeoutException("no such table") : new(Version, Setup, "Ada", Now.AddDays(-1), false, []);
    }

    public Task<IReadOnlyList<OwnershipVersion>> VersionsAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<OwnershipVersion>>(
        [new(3, "Ada", "finance takes blocks", Now.AddDays(-1), ["rule added: code is erp.* → finance"]), new(2, "Bea", "two teams", Now.AddDays(-9), ["team desk added"])]);

    public Task<OwnershipSetup?> VersionAsync(TenantScope tenant, int version, CancellationToken ct) => Task.FromResult<OwnershipSetup?>(Setup);

    public Task<OwnershipPreview> PreviewAsync(TenantScope tenant, OwnershipSetup draft, CancellationToken ct) =>
        Task.FromResult(Preview ?? new(500, 0, 0, [], [.. draft.Rules.Select(_ => 7)], [], [], OwnershipChecks.Check(draft)));

    public Task<PublishOutcome> PublishAsync(TenantScope tenant, OwnershipSetup setup, int basedOn, string author, string reason, CancellationToken ct)
    {
        Done.Add($"publish on {basedOn} by {author}: {reason}");
        if (Outcome is { } outcome)
            return Task.FromResult(outcome);
        (Published, Setup, Version) = (setup, setup, Version + 1);
        return Task.FromResult(new PublishOutcome(true, "accepted", $"Version {Version} is in service.", Version, []));
    }

    public Task<PublishOutcome> RollBackAsync(TenantScope tenant, int version, int basedOn, string author, string reason, CancellationToken ct)
    {
        Done.Add($"back to {version} on {basedOn}: {reason}");
        return Task.FromResult(new PublishOutcome(true, "accepted", "Back.", 4, []));
    }

    public Task<CommandOutcome> AssignCaseAsync(TenantScope tenant, Guid caseId, string? team, string by, string reason, CancellationToken ct) => throw new NotSupportedException();

    Task<TeamQueues> ITeamQueues.ReadAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult(new TeamQueues(Queues, Now));

    public Task<Bell> OfAsync(TenantScope tenant, string person, CancellationToken ct) => Task.FromResult(Bell);

    public Task MarkReadAsync(TenantScope tenant, string person, Guid? id, CancellationToken ct)
    {
        Done.Add($"read {person} {id}".Trim());
        Bell = new(0, [.. Bell.Items.Select(i => i with { Read = true })]);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<UnsentItem>> UnsentAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<UnsentItem>>(Unsent);

    public Task<bool> SendAgainAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        Done.Add($"again {id}");
        return Task.FromResult(true);
    }
}
