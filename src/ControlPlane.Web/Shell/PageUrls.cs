using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Shell;

/// <summary>Every address of the portal is made here, so that any view can be linked to and pasted into a chat.</summary>
public static class PageUrls
{
    public const string Home = "/";
    public const string Transactions = "/transactions";
    public const string Cases = "/cases";
    public const string Worklist = "/worklist";

    public const string Causes = "/causes";

    public const string Scorecard = "/scorecard";
    public const string Reports = "/reports";

    public const string Holds = "/holds";
    public const string Messages = "/messages";
    public const string Connections = "/connections";
    public const string Connectors = "/connectors";
    public const string Schemas = "/schemas";
    public const string Calendars = "/calendars";
    public const string Crosswalks = "/crosswalks";
    public const string Identifiers = "/identifiers";
    public const string Engine = "/engine";
    public const string EngineJobs = "/hangfire";
    public const string Operations = "/operations";
    public const string Objectives = "/objectives";
    public const string Ownership = "/ownership";
    public const string Reviews = "/reviews";
    public const string Runbooks = "/runbooks";
    public const string Governance = "/governance";
    public const string Alerts = "/alerts";
    public const string Dials = "/dials";
    public const string ApiReference = "/scalar";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string FirstRun = "/first-run";
    public const string AccessDenied = "/access-denied";

    /// <summary>In place of a system role, in the list and in the API.</summary>
    public const string Us = "us";

    public static string Connection(string key) => $"{Connections}/{key}";

    public static string Onboarding(string key) => $"{Connections}/{key}/onboarding";

    /// <param name="name">Of the connector; <c>new</c> to choose what to begin a new one from.</param>
    public static string Connector(string name) => $"{Connectors}/{name}";

    /// <param name="start">Name of a generic start, or <c>imported</c> for what an OpenAPI description made.</param>
    public static string NewConnector(string start) => $"{Connectors}/new/{start}";

    /// <param name="subject">Of the registry; <c>new</c> for a draft of a new one.</param>
    public static string Schema(string subject) => $"{Schemas}/{subject}";

    /// <summary>A connector with one of its messages on the workbench.</summary>
    public static string Workbench(string connector, Guid message) => With(Connector(connector), ("message", message.ToString("D")));

    /// <param name="connector">Null = it is chosen there.</param>
    /// <param name="start">A start whose document the connection carries itself, as those of brokers do.</param>
    /// <param name="address">What is known of its address already.</param>
    public static string NewConnection(string? connector = null, string? start = null, string? address = null) => With($"{Connections}/new", ("connector", connector), ("start", start), ("address", address));

    public static string ObjectiveList(params (string Name, string? Value)[] query) => With(Objectives, query);

    public static string Objective(string name, params (string Name, string? Value)[] query) => With($"{Objectives}/{Uri.EscapeDataString(name)}", query);

    /// <summary>The very orders that missed.</summary>
    public static string Missed(string objective, params (string Name, string? Value)[] query) => With($"{Objectives}/{Uri.EscapeDataString(objective)}/missed", query);

    /// <param name="show">Only parts in this state, as the API names it.</param>
    /// <param name="after">Only parts after this number.</param>
    public static string Message(Guid id, string? show = null, int? after = null) =>
        With($"{Messages}/{id:D}", ("show", show), ("after", after?.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <param name="query">View, filters and page; null or empty ones are left out.</param>
    public static string Crosswalk(string table, params (string Name, string? Value)[] query) => With($"{Crosswalks}/{Uri.EscapeDataString(table)}", query);

    /// <param name="query">Filters, place and open order; null or empty ones are left out.</param>
    public static string WorkList(params (string Name, string? Value)[] query) => With(Worklist, query);

    /// <param name="rule">Name of the rule to look at; <c>new</c> for a new one.</param>
    /// <param name="start">What a new one begins with.</param>
    public static string Identifier(string rule, string? start = null) => With(Identifiers, ("rule", rule), ("start", start));

    /// <param name="query">Filters, sorting and page; null or empty ones are left out.</param>
    public static string CaseList(params (string Name, string? Value)[] query) => With(Cases, query);

    /// <param name="after">The order after which the page of its orders begins.</param>
    public static string Case(Guid id, Guid? after = null) => With($"{Cases}/{id:D}", ("after", after?.ToString("D")));

    /// <param name="query">View, filters and sorting; null or empty ones are left out.</param>
    public static string CauseList(params (string Name, string? Value)[] query) => With(Causes, query);

    /// <param name="id">Of an entry.</param>
    public static string Cause(string id) => $"{Causes}/{Uri.EscapeDataString(id)}";

    /// <param name="case">The case whose failure it shall explain: the form begins with what is known of it.</param>
    public static string NewCause(Guid? @case = null) => With($"{Causes}/new", ("case", @case?.ToString("D")));

    /// <param name="state">Only orders that it became so of; null = all.</param>
    /// <param name="after">The order after which the page begins.</param>
    public static string Replay(Guid id, string? state = null, Guid? after = null) => With($"/replays/{id:D}", ("state", state), ("after", after?.ToString("D")));

    /// <param name="figure">Whose list; null = the dashboard.</param>
    /// <param name="query">Time and filters; null or empty ones are left out.</param>
    public static string OperationsFor(string? figure, params (string Name, string? Value)[] query) => With(figure is null ? Operations : $"{Operations}/{figure}", query);

    /// <summary>Everything under way, or one state of it.</summary>
    public static string OpenTransactions(string? states = null, string? connection = null) => With(Transactions, ("state", states ?? "running,waiting,retrying,stuck"), ("connection", connection));

    /// <param name="query">Filters and the open thing; null or empty ones are left out.</param>
    public static string ReviewList(params (string Name, string? Value)[] query) => With(Reviews, query);

    /// <summary>The list with one thing open.</summary>
    public static string ReviewOf(string kind, string key) => ReviewList(("open", $"{kind}/{key}"));

    /// <param name="key">Of the runbook; <c>new</c> to write one.</param>
    /// <param name="connection">What a new one begins with.</param>
    public static string Runbook(string key, string? connection = null) => With($"{Runbooks}/{Uri.EscapeDataString(key)}", ("connection", connection));

    /// <param name="connection">Key of the one to look at.</param>
    /// <param name="view">As the address names it; null = connections.</param>
    public static string GovernanceOf(string? connection = null, string? view = null) => With(Governance, ("view", view), ("connection", connection));

    /// <param name="query">Filters; null or empty ones are left out.</param>
    public static string ScorecardPage(IEnumerable<(string Name, string? Value)> query) => With(Scorecard, [.. query]);

    /// <summary>The very orders behind a figure.</summary>
    public static string ScorecardOrders(IEnumerable<(string Name, string? Value)> query) => With($"{Scorecard}/orders", [.. query]);

    /// <summary>A download: one report as html, csv or pdf.</summary>
    public static string ReportFile(Guid id, string format) => $"{Reports}/{id:D}/{format}";

    /// <param name="tab">As the address names it; <c>incidents</c> is the page itself.</param>
    public static string AlertsAt(string tab, string? state = null, string? urgency = null) => With(Alerts, ("tab", tab == "incidents" ? null : tab), ("state", state is null or "open" ? null : state), ("urgency", urgency));

    public static string Alert(Guid id) => $"{Alerts}/{id:D}";

    /// <param name="tab">As the address names it; <c>queues</c> is the page itself.</param>
    public static string OwnershipTab(string tab) => With(Ownership, ("tab", tab == "queues" ? null : tab));

    public static string Transaction(Guid id) => $"{Transactions}/{id:D}";

    /// <summary>A download: one document byte for byte, or masked.</summary>
    public static string RawBody(Guid transaction, Guid payload) => $"{Transactions}/{transaction:D}/documents/{payload:D}";

    /// <summary>A download: the signed bundle.</summary>
    public static string Evidence(Guid id) => $"{Transactions}/{id:D}/evidence";

    /// <summary>The list, filtered. Null leaves a filter out.</summary>
    /// <param name="search">Any number; goes into <c>q</c>.</param>
    /// <param name="party">Whose move it is: a system role; see <paramref name="partyConnection"/> for one system of it.</param>
    /// <param name="partyConnection">Key of the connection whose move it is.</param>
    /// <param name="connection">Key of the channel's connection.</param>
    /// <param name="code">Fault code.</param>
    /// <param name="ours">True: those that stand at no other system; in place of <paramref name="party"/>.</param>
    public static string TransactionList(
        TransactionState? state = null,
        string? search = null,
        SystemRole? party = null,
        string? partyConnection = null,
        string? connection = null,
        string? code = null,
        bool ours = false) =>
        With(Transactions, ("q", search), ("state", state?.Word()), ("party", ours ? Us : party?.Word()), ("system", partyConnection), ("connection", connection), ("code", code));

    public static string SignInAnd(string returnUrl) => With(SignIn, ("returnUrl", returnUrl == Home ? null : returnUrl));

    public static string AccessDeniedTo(string page, IEnumerable<string> roles) =>
        With(AccessDenied, ("page", page), ("role", string.Join(',', roles)));

    private static string With(string path, params (string Name, string? Value)[] query) =>
        QueryHelpers.AddQueryString(path, query.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value)));

    /// <summary>Where a sign-in may lead back to: an absolute path of this site, never another host (CWE-601).</summary>
    public static string LocalOrHome(string? url) => IsLocal(url) ? url! : Home;

    /// <summary>Browsers read <c>//host</c> and <c>/\host</c> as another host, and drop tabs and line ends before they look.</summary>
    public static bool IsLocal(string? url) =>
        url is { Length: > 0 and <= 2000 } && url[0] == '/' && (url.Length == 1 || url[1] is not ('/' or '\\'))
        && !url.Any(c => char.IsControl(c) || c == '\\');
}
