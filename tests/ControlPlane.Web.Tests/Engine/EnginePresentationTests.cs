using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Engine;
using ControlPlane.Web.Features.Engine;

namespace ControlPlane.Web.Tests.Engine;

public sealed class EnginePresentationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    [Fact]
    public void Without_trouble_it_says_the_pace() =>
        Assert.Equal("1 node works; 30 orders come in and 28.5 are closed a minute; nothing is held up.", EnginePresentation.Answer(View(held: 0, open: 0, oldest: null)));

    [Fact]
    public void With_trouble_it_says_what_how_much_and_how_late() =>
        Assert.Equal(
            "1 node works; 30 orders come in and 28.5 are closed a minute. 1,240 orders are held; 1 breaker is open; the lane Orders is 3 min behind.",
            EnginePresentation.Answer(View(held: 1240, open: 1, oldest: TimeSpan.FromMinutes(3))));

    [Theory]
    [InlineData(0, 0, 0, null, "Idle")]
    [InlineData(5, 2, 0, 1, "Working")]
    [InlineData(5, 2, 9, 1, "Partly held")]
    [InlineData(5, 2, 9, 45, "Behind")]
    public void A_lane_is_named_by_its_gravest_sign(int due, int running, int held, int? oldest, string word) =>
        Assert.Equal(word, EnginePresentation.Of(new LaneStanding(Lane.Orders, due, due, running, 0, held, 0, oldest is { } s ? TimeSpan.FromSeconds(s) : null, 256)).Word);

    [Fact]
    public void A_node_that_was_stopped_is_not_called_silent()
    {
        var node = new NodeStanding(Guid.Empty, "n", "worker", "1.0.0", Now, Now, null, false, false, 0);
        Assert.Equal(("Silent", "Stopped", "Alive"), (EnginePresentation.Of(node).Word, EnginePresentation.Of(node with { StoppedAt = Now }).Word, EnginePresentation.Of(node with { Alive = true }).Word));
    }

    [Fact]
    public void Slow_budgets_are_told_as_one_call_in_so_long() =>
        Assert.Equal(("20 calls a second", "1 call in 2 min"), (Allowed(20), Allowed(1 / 120.0)));

    private static string Allowed(double perSecond) => EnginePresentation.Allowed(Budget with { PerSecond = perSecond });

    private static BudgetStanding Budget => new("ERP", "op", 1, 10, 5, TimeSpan.Zero, null, 0, null, false, 0.2, false, 0);

    [Fact]
    public void A_budget_says_whether_it_lasts_and_where_its_limits_come_from()
    {
        Assert.Equal(["enough", "used up", "closed", "short in 4 min"], new[] { Budget, Budget with { Left = 0 }, Budget with { ClosedFor = TimeSpan.FromSeconds(9) }, Budget with { ShortIn = TimeSpan.FromMinutes(4) } }.Select(EnginePresentation.Forecast));
        Assert.Equal("as its connector declares, 20 % kept from polling", EnginePresentation.Source(Budget));
        Assert.Equal("as the system tells, shared by all nodes, 0 % kept from polling", EnginePresentation.Source(Budget with { Learned = true, Shared = true, Reserve = 0 }));
        Assert.Equal("100 points a second", EnginePresentation.Allowed(Budget with { PerSecond = 100, Weighed = true }));
    }

    private static EngineView View(int held, int open, TimeSpan? oldest) => new()
    {
        Lanes = [new(Lane.Orders, 3, 3, 1, 0, held, 0, oldest, 256)],
        Held = held > 0 ? [new("erp", "Business Central", held, Now, "Maintenance: update", Now.AddHours(1))] : [],
        Nodes = [new(Guid.Empty, "n", "worker", "1.0.0", Now, Now, null, true, true, 1), new(Guid.Empty, "o", "worker", "1.0.0", Now, Now, Now, false, false, 0)],
        Breakers = [.. Enumerable.Range(0, open).Select(_ => new BreakerStanding("erp/x", "ERP", true, Now, null, "away", Now, 0))],
        Windows = [],
        Budgets = [],
        ReceivedPerMinute = 30,
        ClosedPerMinute = 28.5,
        ReadAt = Now,
    };
}
