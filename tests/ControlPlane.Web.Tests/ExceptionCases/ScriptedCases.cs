using ControlPlane.Domain.Connections;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.ExceptionCases;

/// <summary>Cases as a test lays them out, and what was asked.</summary>
internal sealed class ScriptedCases : ICases
{
    public List<CaseItem> Items { get; } = [];

    /// <summary>Not on the page, but known.</summary>
    public List<CaseItem> Elsewhere { get; } = [];

    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    public CaseFilter? Asked { get; private set; }

    public int AskedPage { get; private set; }

    public int? Total { get; set; }

    public Func<CaseDetail, CaseDetail> Adjust { get; set; } = d => d;

    public async Task<CaseList> ListAsync(TenantScope tenant, CaseFilter filter, int page, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        if (Broken)
            throw new TimeoutException("no such table");
        (Asked, AskedPage) = (filter, page);
        return new([.. Items], Total ?? Items.Count, Items.Sum(i => i.Stuck), [.. Items.SelectMany(i => i.Money)], Items.Where(i => i.Cause is not null).Sum(i => i.Stuck), Items.Sum(i => i.Stuck), 0, new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero));
    }

    public Task<IReadOnlyList<CaseItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<CaseItem>>([.. Items.Concat(Elsewhere).Where(i => ids.Contains(i.Id))]);

    public Task<IReadOnlyDictionary<Guid, CaseName>> NamesAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, CaseName>>(Items.Concat(Elsewhere).Where(i => ids.Contains(i.Id)).ToDictionary(i => i.Id, i => new CaseName(i.Id, i.Title, i.Cause)));

    public async Task<CaseDetail?> FindAsync(TenantScope tenant, Guid id, Guid? after, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        if (Broken)
            throw new TimeoutException("no such table");
        return Items.FirstOrDefault(i => i.Id == id) is { } item ? Adjust(Given.Detail(item)) : null;
    }

    public Task<CaseItem?> OfTransactionAsync(TenantScope tenant, Guid transactionId, CancellationToken ct) =>
        Broken ? throw new TimeoutException("no such table") : Task.FromResult(Items.FirstOrDefault());
}

internal sealed class RecordedCaseCommands : ICaseCommands
{
    public List<string> Done { get; } = [];

    public Task<CommandOutcome> MuteAsync(TenantScope tenant, Guid id, DateTimeOffset? until, string by, string reason, CancellationToken ct) => Note($"mute {until:HH:mm} {by}: {reason}");

    public Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, string with, string by, CancellationToken ct) => Note($"settle {with} {by}");

    public Task<CommandOutcome> MergeAsync(TenantScope tenant, Guid id, Guid into, string by, string reason, CancellationToken ct) => Note($"merge {into:D} {by}: {reason}");

    public Task<CommandOutcome> UnmergeAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) => Note($"unmerge {by}");

    public Task<CommandOutcome> SplitAsync(TenantScope tenant, CaseSplit split, string by, string reason, CancellationToken ct) => Note($"split {split.By.Word()} {split.Value} {by}: {reason}");

    public Task<CommandOutcome> UnsplitAsync(TenantScope tenant, Guid target, string by, CancellationToken ct) => Note($"unsplit {target:D} {by}");

    private Task<CommandOutcome> Note(string what)
    {
        Done.Add(what);
        return Task.FromResult(new CommandOutcome(true, "accepted", "Noted."));
    }
}

/// <summary>What ended a case before, as a test says it.</summary>
internal sealed class ToldEndings : ILastTimes
{
    public CaseEndings Endings { get; set; } = CaseEndings.None;

    public bool Broken { get; set; }

    public Task<CaseEndings> OfAsync(TenantScope tenant, Guid caseId, CancellationToken ct) => Broken ? throw new TimeoutException("no such table") : Task.FromResult(Endings);
}

internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    private static readonly Cause Blocked = new("customer-blocked", "The customer is blocked in the ERP", "The ERP does not sell to it now.", CauseFixer.Business, ["Ask credit control.", "Release the case."], "customer", new(["erp.customer_blocked"], [], [], [], []));

    public static Guid Id(int n) => Guid.Parse($"02900000-0000-7000-8000-{n:D12}");

    public static CaseItem Case(int n, bool explained = true, CasePhase phase = CasePhase.New, int stuck = 3) => new()
    {
        Id = Id(n),
        Title = explained ? Blocked.Title : "Customer 7 is on the list",
        Cause = explained ? Blocked : null,
        Kind = FaultKind.Data,
        Code = "erp.customer_blocked",
        Pattern = "customer # is blocked",
        Sample = "Customer 10442 is blocked.",
        System = new("erp", "Business Central", SystemRole.Erp, "finance"),
        Operation = "createSalesOrder",
        Standing = new(phase, null),
        Move = VerdictMove.Erp,
        Stuck = stuck,
        Money = stuck == 0 ? [] : [new(312000, "EUR"), new(9900, "USD")],
        FirstSeen = Now.AddHours(-3),
        LastSeen = Now.AddMinutes(-2),
        StuckSince = stuck == 0 ? null : Now.AddMinutes(-42),
        Failures = 5,
        Trend = [.. Enumerable.Repeat(0, 21), 2, 0, 3],
        Parts = [Id(n)],
    };

    public static CaseDetail Detail(CaseItem item) => new()
    {
        Item = item,
        Messages = ["Customer 10442 is blocked."],
        Hours = [new(new(2026, 11, 23, 11, 0, 0, TimeSpan.Zero), 2), new(new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero), 3)],
        Members = item.Stuck == 0 ? [] : [new(Id(900), "#1001", new("shop", "Shopify EU", SystemRole.Storefront), new Money(12640, "EUR"), Now.AddMinutes(-42), "Customer 10442 is blocked.")],
        NextMember = item.Stuck > 25 ? Id(900) : null,
        History = new(20, 14, 4, 0, 2, TimeSpan.FromMinutes(11)),
        Differences = [new("channel", "Amazon DE", 1, 0.25)],
        Splits = [],
        Merged = [],
        Algorithm = 1,
        Events = [new(Now.AddMinutes(-5), "Ines", "muted it until noon")],
        ReadAt = Now,
    };
}
