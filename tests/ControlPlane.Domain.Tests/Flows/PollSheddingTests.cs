using ControlPlane.Domain.Flows;

namespace ControlPlane.Domain.Tests.Flows;

public sealed class PollSheddingTests
{
    [Theory]
    [InlineData(59, 1, 1, false)]
    [InlineData(61, 1, 1, true)]
    [InlineData(61, 9, 1, true)]
    [InlineData(61, 10, 1, false)]
    [InlineData(3600, 14, 5, true)]
    [InlineData(3600, 15, 5, false)]
    public void Polling_stands_back_while_work_is_behind_but_never_for_good(int oldestSeconds, int sinceMinutes, int everyMinutes, bool standsBack) =>
        Assert.Equal(standsBack, PollShedding.StandsBack(TimeSpan.FromSeconds(oldestSeconds), TimeSpan.FromMinutes(sinceMinutes), TimeSpan.FromMinutes(everyMinutes)));
}
