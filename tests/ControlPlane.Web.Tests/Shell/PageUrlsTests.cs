using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Tests.Shell;

public sealed class PageUrlsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/transactions?state=stuck&q=%231001")]
    [InlineData("/connections#erp")]
    public void A_path_of_this_site_may_be_returned_to(string url) => Assert.Equal(url, PageUrls.LocalOrHome(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/a\\..\\b")]
    [InlineData("javascript:alert(1)")]
    [InlineData("transactions")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public void Anything_else_leads_home(string? url) => Assert.Equal("/", PageUrls.LocalOrHome(url));

    [Fact]
    public void A_filtered_list_is_an_address()
    {
        Assert.Equal("/transactions", PageUrls.TransactionList());
        Assert.Equal("/transactions?state=stuck&party=3pl", PageUrls.TransactionList(TransactionState.Stuck, party: SystemRole.ThreePl));
        Assert.Equal("/transactions?q=%231001&system=erp&code=http.503", PageUrls.TransactionList(search: "#1001", partyConnection: "erp", code: "http.503"));
    }

    [Fact]
    public void Home_needs_no_return_address() => Assert.Equal(("/sign-in", "/sign-in?returnUrl=%2Fconnections"), (PageUrls.SignInAnd("/"), PageUrls.SignInAnd("/connections")));
}
