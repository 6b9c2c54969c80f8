using System.Net;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Worklist;

/// <summary>The worklist by API, over the whole product.</summary>
public sealed class WorklistApiTests(WorklistApiTests.Laid laid) : IClassFixture<WorklistApiTests.Laid>
{
    private readonly HttpClient _api = laid.Product.Client();

    /// <summary>Seven stuck orders with their places, as the engine leaves them, and one that goes its way.</summary>
    public sealed class Laid : IAsyncLifetime
    {
        public ProductHost Product { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Product = await ProductHost.StartAsync();
            var at = TimeProvider.System.GetUtcNow().AddMinutes(-3);
            await Product.AddAsync([.. Enumerable.Range(1, 7).Select(i => Row(i, at.AddSeconds(i), 50 - i, at.AddHours(i - 1)))]);
            await Product.AddAsync(Api.Given.Transaction("shop", "8", at, TransactionState.Running));
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();

        private static TransactionRow Row(int n, DateTimeOffset at, double rank, DateTimeOffset actBy)
        {
            var row = Api.Given.Transaction("shop", n.ToString(System.Globalization.CultureInfo.InvariantCulture), at, TransactionState.Stuck);
            (row.WorkRank, row.ActBy, row.ShipBy, row.Kind) = (rank, actBy.ToMicroseconds(), actBy.ToMicroseconds(), n == 7 ? "return" : "order");
            return row;
        }
    }

    [Fact]
    public async Task It_is_most_urgent_first_page_by_page_and_says_why()
    {
        var first = await _api.GetAsync("/api/v1/worklist?limit=4", HttpStatusCode.OK);
        Assert.Equal(["1", "2", "3", "4"], first.Items().Select(i => i.GetProperty("transaction").Text("number")));
        var rest = await _api.GetAsync($"/api/v1/worklist?limit=4&cursor={first.Text("next")}", HttpStatusCode.OK);
        Assert.Equal(["5", "6", "7"], rest.Items().Select(i => i.GetProperty("transaction").Text("number")));
        Assert.Null(rest.Text("next"));
        var item = first.Items()[1];
        Assert.Equal(("promise-broken", "126.40"), (item.GetProperty("why").Text("rule"), item.GetProperty("why").GetProperty("loss").Text("amount")));
        Assert.Equal(item.Text("actBy"), item.GetProperty("why").Text("deadline"));
        Assert.Equal("The customer is blocked.", item.Text("cause"));
        Assert.Equal(1, rest.Items().Count(i => i.GetProperty("transaction").Text("kind") == "return"));
    }

    [Theory]
    [InlineData("?due=overdue", 1)]
    [InlineData("?due=4h", 5)]
    [InlineData("?kind=return", 1)]
    [InlineData("?party=erp&system=erp-main&channel=shop", 7)]
    [InlineData("?party=us", 0)]
    [InlineData("?owner=nobody", 7)]
    [InlineData("?owner=team", 0)]
    [InlineData("?least=127%20EUR", 0)]
    [InlineData("?code=erp.customer_blocked", 7)]
    [InlineData("?q=nothing-like-it", 0)]
    public async Task Filters_narrow(string query, int count) => Assert.Equal(count, (await _api.GetAsync("/api/v1/worklist" + query, HttpStatusCode.OK)).Items().Count);

    [Theory]
    [InlineData("?due=never", "overdue, 4h, today")]
    [InlineData("?party=us,erp", "Allowed: one.")]
    [InlineData("?least=127", "with its currency")]
    [InlineData("?case=x", "Allowed: an id")]
    [InlineData("?kind=parcel", "order, return, settlement")]
    [InlineData("?cursor=x", "next of an earlier answer")]
    [InlineData("?colour=red", "parameter")]
    public async Task What_is_asked_wrongly_is_told_with_what_is_allowed(string query, string said) =>
        Assert.Contains(said, (await _api.GetAsync("/api/v1/worklist" + query, HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Everybody_who_is_signed_in_reads_it_and_another_tenant_sees_nothing()
    {
        using var executive = await laid.Product.ClientAsync(PortalRoles.Executive);
        Assert.Equal(7, (await executive.GetAsync("/api/v1/worklist", HttpStatusCode.OK)).Items().Count);
        using var other = await laid.Product.ClientAsync(PortalRoles.Admin, tenantId: 2);
        Assert.Empty((await other.GetAsync("/api/v1/worklist", HttpStatusCode.OK)).Items());
    }
}
