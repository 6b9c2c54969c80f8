using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Tests.Shell;

public sealed class NavigationTests
{
    [Theory]
    [InlineData(PortalRoles.Business, false, "Home, Transactions, Exceptions, Connections, Connectors, Crosswalks, Schemas, API reference")]
    [InlineData(PortalRoles.Executive, true, "Home, Transactions, Exceptions, Connections, Connectors, Crosswalks, Schemas, API reference")]
    [InlineData(PortalRoles.Operator, true, "Home, Transactions, Exceptions, Connections, Connectors, Crosswalks, Schemas, Engine, Engine jobs, API reference")]
    [InlineData(PortalRoles.Admin, false, "Home, Transactions, Exceptions, Connections, Connectors, Crosswalks, Schemas, Identifiers, Engine, Engine jobs, API reference")]
    [InlineData(PortalRoles.Admin, true, "Home, Transactions, Exceptions, Connections, Connectors, Crosswalks, Schemas, Identifiers, Engine, Engine jobs, Dials, API reference")]
    public void Each_job_sees_its_own_entries(string role, bool demo, string titles) =>
        Assert.Equal(titles, string.Join(", ", Navigation.For(r => r == role, demo).SelectMany(g => g.Entries).Select(e => e.Title)));

    [Fact]
    public void A_group_without_an_entry_is_not_shown() =>
        Assert.DoesNotContain(Navigation.For(_ => false, demo: true), g => g.Title == "Operations");
}
