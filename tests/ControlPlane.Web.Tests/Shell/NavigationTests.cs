using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Tests.Shell;

public sealed class NavigationTests
{
    [Theory]
    [InlineData(PortalRoles.Business, false, "Home, Worklist, Transactions, Exceptions, Holds, Scorecard, Objectives, Alerts, Reports, Connections, Connectors, Crosswalks, Schemas, Calendars, Causes, Dashboard, Ownership, Reviews, Score, Runbooks, API reference")]
    [InlineData(PortalRoles.Executive, true, "Home, Worklist, Transactions, Exceptions, Holds, Scorecard, Objectives, Alerts, Reports, Connections, Connectors, Crosswalks, Schemas, Calendars, Causes, Dashboard, Ownership, Reviews, Score, Runbooks, API reference")]
    [InlineData(PortalRoles.Operator, true, "Home, Worklist, Transactions, Exceptions, Holds, Scorecard, Objectives, Alerts, Reports, Connections, Connectors, Crosswalks, Schemas, Calendars, Causes, Dashboard, Engine, Engine jobs, Ownership, Reviews, Score, Runbooks, API reference")]
    [InlineData(PortalRoles.Admin, false, "Home, Worklist, Transactions, Exceptions, Holds, Scorecard, Objectives, Alerts, Reports, Connections, Connectors, Crosswalks, Schemas, Calendars, Causes, Identifiers, Dashboard, Engine, Engine jobs, Ownership, Reviews, Score, Runbooks, API reference")]
    [InlineData(PortalRoles.Admin, true, "Home, Worklist, Transactions, Exceptions, Holds, Scorecard, Objectives, Alerts, Reports, Connections, Connectors, Crosswalks, Schemas, Calendars, Causes, Identifiers, Dashboard, Engine, Engine jobs, Dials, Ownership, Reviews, Score, Runbooks, API reference")]
    public void Each_job_sees_its_own_entries(string role, bool demo, string titles) =>
        Assert.Equal(titles, string.Join(", ", Navigation.For(r => r == role, demo).SelectMany(g => g.Entries).Select(e => e.Title)));

    [Fact]
    public void A_group_without_an_entry_is_not_shown() =>
        Assert.DoesNotContain(Navigation.For(_ => false, demo: true), g => g.Title == "Operations");
}
