using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Crosswalks;

/// <summary>Crosswalks to read: tables, entries as of any revision, what a code means, gaps with suggestions.</summary>
internal static class CrosswalksApi
{
    public static void MapCrosswalks(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("/crosswalks").WithTags("Crosswalks");
        all.MapGet("", ListAsync).WithName("listCrosswalks").WithSummary("The crosswalks with their rules and counts").WithParameters();
        all.MapGet("/gaps", GapsAsync).WithName("listCrosswalkGaps").WithSummary("Codes of the last 30 days that have no entry, the most frequent first").WithParameters(("table", "Only this crosswalk"));
        all.MapGet("/revisions", RevisionsAsync).WithName("listCrosswalkRevisions").WithSummary("Every change with author and reason, newest first")
            .WithParameters(("table", "Only this crosswalk"), Parameters.Limit, Parameters.Cursor);
        all.MapGet("/{table}/entries", EntriesAsync).WithName("listCrosswalkEntries").WithSummary("Entries by their code").WithParameters(
            ("q", "Part of either code"), ("scope", "global, role:…, connector:… or connection:…"), ("state", "approved (default), retired, or both parted by a comma"), ("at", "Only entries that count at this instant"),
            ("revision", "As it was at this revision"), ("unused", "true: only those that never answered"), Parameters.Limit, Parameters.Cursor);
        all.MapGet("/{table}/entries/{id}/history", HistoryAsync).WithName("getCrosswalkHistory").WithSummary("Every version of an entry with author and reason, newest first").WithParameters();
        all.MapGet("/{table}/look-up", LookUpAsync).WithName("lookUpCrosswalk").WithSummary("What a code means to a connection, now or as of an instant or a revision").WithParameters(
            ("code", "The code"), ("connection", "Key of the connection that asks; left out: only global entries"), ("direction", "to-ours (default) or to-theirs"), ("at", "Entries are dated: this instant counts; default now"),
            ("revision", "As it was at this revision; default: the one that counted at that instant"));
        all.MapGet("/{table}/suggestions", SuggestAsync).WithName("suggestCrosswalkEntry").WithSummary("What a missing code could mean, ranked, each with a reason")
            .WithParameters(("code", "The code"), ("direction", "to-ours (default) or to-theirs"));
        all.MapCrosswalkChanges();
        all.MapCrosswalkFiles();
    }

    private static async Task<Results<Ok<IReadOnlyList<CrosswalkTableItem>>, ProblemHttpResult>> ListAsync(HttpContext http, CrosswalkQueries queries, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors)
            : TypedResults.Ok<IReadOnlyList<CrosswalkTableItem>>([.. (await queries.ListAsync(http.Tenant(), ct)).Tables.Select(CrosswalkItems.Of)]);

    private static async Task<Results<Ok<IReadOnlyList<CrosswalkGapItem>>, ProblemHttpResult>> GapsAsync(HttpContext http, CrosswalkGaps gaps, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var table = query.Text("table", 40);
        return query.Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok<IReadOnlyList<CrosswalkGapItem>>([.. (await gaps.OpenAsync(http.Tenant(), table, ct)).Select(CrosswalkItems.Of)]);
    }

    private static async Task<Results<Ok<Page<CrosswalkRevisionItem>>, ProblemHttpResult>> RevisionsAsync(HttpContext http, CrosswalkQueries queries, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (table, limit, cursor) = (query.Text("table", 40), query.Limit(), query.KeyCursor());
        var before = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var edge) ? edge : (long?)null;
        if (cursor is not null && before is null)
            query.Refuse("cursor", "Allowed: the next of an earlier answer of this list. Leave it out to begin at the start.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var rows = await queries.RevisionsAsync(http.Tenant(), table, before, limit + 1, ct);
        var items = rows.Take(limit).Select(r => new CrosswalkRevisionItem(r.Revision, r.Crosswalk, Instant.FromMicroseconds(r.At), r.Author, r.Approver, r.Reason, r.Added, r.Changed, r.Retired)).ToList();
        return TypedResults.Ok(Paging.Answer(http, items, rows.Count > limit ? Paging.OfKey(items[^1].Revision.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Results<Ok<Page<CrosswalkEntryItem>>, ProblemHttpResult>> EntriesAsync(string table, HttpContext http, CrosswalkQueries queries, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var filter = Filter(query);
        var (limit, cursor) = (query.Limit(), query.KeyCursor());
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await queries.PageAsync(http.Tenant(), table, filter, cursor, limit, ct) is { } page
            ? TypedResults.Ok(Paging.Answer<CrosswalkEntryItem>(http, [.. page.Items.Select(i => CrosswalkItems.Of(i.Entry, i.Hits, i.LastHitAt))], page.Next is null ? null : Paging.OfKey(page.Next)))
            : ApiProblem.NotFound("crosswalk");
    }

    /// <summary>The filters of lists and exports.</summary>
    internal static CrosswalkFilter Filter(ApiQuery query)
    {
        var (text, scopeText, at, unused) = (query.Text("q", CrosswalkRules.LongestCode), query.Text("scope", CrosswalkScope.LongestText), query.Time("at"), query.Choices("unused", ["true", "false"], w => w == "true"));
        var states = query.Choices("state", ["approved", "retired"], w => w == "retired" ? CrosswalkState.Retired : CrosswalkState.Approved);
        var revision = query.Text("revision", 18);
        var number = 0L;
        if (!CrosswalkScope.TryParse(scopeText, out var scope))
            query.Refuse("scope", $"Allowed: {CrosswalkScope.Allowed}.");
        if (revision is not null && !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            query.Refuse("revision", "Allowed: the number of a revision.");
        return new(text, scopeText is null ? null : scope, states.Count == 2 ? null : states is [var only] ? only : CrosswalkState.Approved, at, revision is null ? null : number, unused is [true]);
    }

    private static async Task<Results<Ok<IReadOnlyList<CrosswalkVersionItem>>, ProblemHttpResult>> HistoryAsync(string table, string id, HttpContext http, CrosswalkQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var entry) && await queries.HistoryAsync(http.Tenant(), table, entry, ct) is { Count: > 0 } versions
            ? TypedResults.Ok<IReadOnlyList<CrosswalkVersionItem>>([.. versions.Select(v => new CrosswalkVersionItem(CrosswalkItems.Of(v.Entry), v.At, v.Author, v.Approver, v.Reason))])
            : ApiProblem.NotFound("entry");
    }

    private static async Task<Results<Ok<CrosswalkLookUp>, ProblemHttpResult>> LookUpAsync(string table, HttpContext http, CrosswalkQueries queries, IConnectionRegistry connections, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (code, direction) = Code(query);
        var (key, at, revision) = (query.Text("connection", 40), query.Time("at"), query.Text("revision", 18));
        var number = 0L;
        if (revision is not null && !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            query.Refuse("revision", "Allowed: the number of a revision.");
        var connection = key is null ? null : connections.Find(key);
        if (key is not null && connection is null)
            query.Refuse("connection", "There is no such connection.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var chain = connection is null ? [CrosswalkScope.Global] : CrosswalkScope.ChainOf(connection.Key, connection.Connector, connection.Role);
        return await queries.AskAsync(http.Tenant(), table, code!, direction, chain, at ?? clock.GetUtcNow(), revision is null ? null : number, ct) is { } answer
            ? TypedResults.Ok(new CrosswalkLookUp(answer.Hit is not null, answer.Hit?.Value, answer.Hit?.Factor, answer.Hit?.Entry, answer.Revision))
            : ApiProblem.NotFound("crosswalk");
    }

    private static async Task<Results<Ok<IReadOnlyList<CrosswalkSuggestion>>, ProblemHttpResult>> SuggestAsync(string table, HttpContext http, CrosswalkGaps gaps, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (code, direction) = Code(query);
        return query.Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok(await gaps.SuggestAsync(http.Tenant(), table, code!, direction, ct));
    }

    private static (string? Code, CrosswalkDirection Direction) Code(ApiQuery query)
    {
        var code = query.Text("code", CrosswalkRules.LongestCode);
        if (code is null)
            query.Refuse("code", $"A code of 1 to {CrosswalkRules.LongestCode} characters is expected.");
        return (code, query.Choices("direction", ["to-ours", "to-theirs"], w => w == "to-theirs" ? CrosswalkDirection.ToTheirs : CrosswalkDirection.ToOurs) is [var one, ..] ? one : CrosswalkDirection.ToOurs);
    }
}
