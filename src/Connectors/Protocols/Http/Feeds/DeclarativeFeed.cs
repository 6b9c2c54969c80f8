using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Calls;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Http.Feeds;

/// <summary>A feed that is data alone.</summary>
/// <param name="system">As people call it: the manifest's title.</param>
public sealed class DeclarativeFeed(FeedSpec spec, string system, ErrorSpec errors, IReadOnlyDictionary<string, string> settingDefaults, TimeProvider clock) : IFeed
{
    private readonly AnswerFaults _faults = new(system, errors.With(spec.Format), clock);

    public string Name => spec.Name;

    public RateBudget? Budget => spec.Budget;

    public async Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var position = FeedPosition.Read(cursor) ?? FeedPosition.Start(now - spec.LookBack);
        if (spec.Calls is { } calls)
            return await CallAsync(calls, connection, position, now, exchange, ct);
        var answer = await exchange.SendAsync(Request(connection, position), ct);
        using var body = AnswerBody.Read(answer, spec.Format, connection);
        // What a token or an address meant has expired: the walk begins anew, and what came already is recognised.
        if (position.Token is not null && (answer.Status is 400 or 404 or 410 || spec.Expired.Any(c => FaultRule.CodeFits(c, _faults.Code(body)))))
            return new([], FeedPosition.Start(position.After).ToString(), More: false);
        // Some say "no content" to an empty list.
        if (answer.Status == 204)
            return new([], position.Next(null, null, now, spec.Overlap).ToString(), More: false);
        Check(answer, body);
        var found = new List<JsonElement>();
        spec.Items.Select(body.Root, found);
        if (found.Count == 0 && spec.Items.Many && body.Root.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            throw new ExchangeException(new Fault(FaultKind.Internal, "feed.unreadable", $"{system} answered with something that holds no list. Check the address of the connection."));
        var next = Next(connection, position, answer, body.Root, found.Count);
        return new(spec.EachId is { } id ? await EachAsync(connection, id, found, exchange, ct) : [.. found.Select(Bytes)], position.Next(next, null, now, spec.Overlap).ToString(), More: next is not null);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct)
    {
        if (spec.One is not { } one)
            return null;
        var answer = await exchange.SendAsync(Get(Render(one, connection, name => name == "id" ? externalId : null), connection), ct);
        if (answer.Status is 404 or 410)
            return null;
        using var body = AnswerBody.Read(answer, spec.Format, connection);
        Check(answer, body);
        return (spec.OneAt is null ? body.Root : spec.OneAt.First(body.Root)) is { ValueKind: JsonValueKind.Object } document ? Bytes(document) : null;
    }

    /// <summary>A failure of one fails the page, which is then read again: what came already is recognised.</summary>
    private async Task<List<ReadOnlyMemory<byte>>> EachAsync(Connection connection, DocumentPath id, List<JsonElement> entries, IExchange exchange, CancellationToken ct)
    {
        var documents = new List<ReadOnlyMemory<byte>>(entries.Count);
        foreach (var entry in entries)
            if (id.Read(entry) is not { } one)
                throw new ExchangeException(new Fault(FaultKind.Internal, "feed.no_id", $"An entry of {system}'s list has no id at {id.Text}. Correct the feed {spec.Name} of the connector."));
            else if (await ReadOneAsync(connection, one, exchange, ct) is { } document)
                documents.Add(document);
        return documents;
    }

    private async Task<FeedPage> CallAsync(FeedCalls feed, Connection connection, FeedPosition position, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var number = long.TryParse(position.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : spec.Paging == PagingStyle.Page ? spec.First : 0;
        var scope = new CallScope
        {
            Setting = name => connection.Setting(name) ?? settingDefaults.GetValueOrDefault(name),
            Now = now,
            Named = new Dictionary<string, SourceValue>
            {
                ["since"] = spec.Path.SinceFormat == "iso" ? SourceValue.Of(position.After) : SourceValue.Of(spec.Path.Since(position.After)),
                ["size"] = SourceValue.Of(spec.Size), ["page"] = SourceValue.Of(number), ["offset"] = SourceValue.Of(number),
            },
        };
        var calls = new CallExchange(feed.Sequence.JsonRpc, _faults, spec.Name, WriteKind.Read);
        var end = await new SequenceRun(feed.Sequence, calls, system, scope, exchange, mayWrite: false).ToEndAsync(ct);
        if (end.Fault is not null)
            throw new ExchangeException(end.Fault);
        var found = feed.Each.Entries!(new(scope));
        var next = found.Count < spec.Size || spec.Paging == PagingStyle.None ? null
            : (spec.Paging == PagingStyle.Page ? number + 1 : number + found.Count).ToString(CultureInfo.InvariantCulture);
        return new([.. found.Select(e => Bytes(Document(feed, scope, e)))], position.Next(next, null, now, spec.Overlap).ToString(), More: next is not null);
    }

    /// <summary>A gap is left to the rules of receiving, which name it.</summary>
    private static JsonElement Document(FeedCalls feed, CallScope scope, JsonElement entry) => feed.Document is null ? entry : feed.Document.Render(new CallPlace(scope, Item: entry), []);

    private static ReadOnlyMemory<byte> Bytes(JsonElement document) => JsonMarshal.GetRawUtf8Value(document).ToArray();

    private void Check(ExchangeAnswer answer, AnswerBody body)
    {
        if (body.IsMarkup)
            throw new ExchangeException(_faults.Markup(answer, WriteKind.Read));
        if (!(spec.Success.Count > 0 ? spec.Success.Contains(answer.Status) : answer.IsSuccess && answer.Status != 206) || _faults.HidesError(body) || body.IsJson && !spec.Only.Hold(body.Root))
            throw new ExchangeException(_faults.From(answer, body, WriteKind.Read));
        if (!body.IsJson)
            throw new ExchangeException(_faults.Unreadable(answer, WriteKind.Read, body.Why));
    }

    private ExchangeRequest Request(Connection connection, FeedPosition position)
    {
        string? Place(string name) => name switch
        {
            "since" => spec.Path.Since(position.After),
            "page" => spec.Paging == PagingStyle.Search ? Split(position.Token).Page.ToString(CultureInfo.InvariantCulture) : position.Token ?? spec.First.ToString(CultureInfo.InvariantCulture),
            "token" => spec.Paging == PagingStyle.Search ? Split(position.Token).Search : position.Token,
            "offset" => position.Token ?? "0",
            "size" => spec.Size.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        var path = Render(spec.Path, connection, Place);
        if (spec.Json is not null || spec.GraphQl is not null)
            return Ask(path, Json(connection, Place), connection);
        if (spec.Body is { } first)
            return Ask(path, Encoding.UTF8.GetBytes(Render(position.Token is null ? first : spec.NextBody ?? first, connection, Place, Encoder)), connection);
        return Get((spec.Paging, position.Token) switch
        {
            (PagingStyle.Token, { } token) when spec.TokenParameter.Length > 0 =>
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Uri.EscapeDataString(spec.TokenParameter)}={Uri.EscapeDataString(token)}",
            (PagingStyle.NextQuery, { } query) => path.Split('?')[0] + (query.StartsWith('?') ? query : "?" + query),
            (PagingStyle.Link or PagingStyle.NextUrl, { } at) => at,
            _ => path,
        }, connection);
    }

    private ExchangeRequest Get(string path, Connection connection) => With(new() { Method = HttpMethod.Get, Path = path, Operation = spec.Name }, connection);

    private ExchangeRequest Ask(string path, byte[] document, Connection connection) =>
        With(new() { Method = spec.Method, Path = path, Operation = spec.Name, ContentType = spec.ContentType, Body = document }, connection);

    private ExchangeRequest With(ExchangeRequest request, Connection connection)
    {
        request.Headers["Accept"] = spec.Format is null or Formats.JsonFormat ? "application/json" : "*/*";
        foreach (var (name, value) in spec.Headers)
            request.Headers[name] = Render(value, connection, _ => null, v => v);
        return request;
    }

    /// <summary>What is asked as JSON. A place that stands alone and is empty, such as the first page's token, is left out.</summary>
    private byte[] Json(Connection connection, Func<string, string?> place)
    {
        string? Fill(FeedPath text, out string missing)
        {
            var filled = text.Render(n => Value(n, connection, place), out missing, v => v);
            missing = missing == "token" ? "" : missing;
            return filled;
        }

        var variables = spec.Json is null ? [] : spec.Json.Render(Fill, out var gap)
            ?? throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_missing", $"The connection {connection.Key} has no usable {gap}, which {spec.Name} needs."));
        return spec.GraphQl is { } query ? GraphQlBody.Write(query, variables) : variables;
    }

    /// <summary>A value must never end the text that it stands in.</summary>
    private Func<string, string> Encoder => spec.ContentType.Contains("xml", StringComparison.OrdinalIgnoreCase)
        ? v => System.Security.SecurityElement.Escape(v)
        : v => JsonEncodedText.Encode(v).ToString();

    /// <summary>Written as <c>2|WEBSERVICES_…</c>: the page to ask for, and the search that it is of.</summary>
    private static (int Page, string Search) Split(string? token)
    {
        var bar = token?.IndexOf('|', StringComparison.Ordinal) ?? -1;
        return bar > 0 && int.TryParse(token.AsSpan(0, bar), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? (page, token![(bar + 1)..]) : (1, "");
    }

    private string? NextOfSearch(FeedPosition position, JsonElement root)
    {
        var page = Split(position.Token).Page;
        return spec.Next!.Read(root) is { } search && int.TryParse(spec.Pages!.Read(root), NumberStyles.None, CultureInfo.InvariantCulture, out var pages) && page < pages
            ? string.Create(CultureInfo.InvariantCulture, $"{page + 1}|{search}") : null;
    }

    private string? Value(string name, Connection connection, Func<string, string?> place) =>
        name.StartsWith(Placeholders.Settings, StringComparison.Ordinal)
            ? connection.Setting(name[Placeholders.Settings.Length..]) ?? settingDefaults.GetValueOrDefault(name[Placeholders.Settings.Length..])
            : place(name);

    private string Render(FeedPath path, Connection connection, Func<string, string?> values, Func<string, string>? encode = null) =>
        path.Render(name => Value(name, connection, values), out var missing, encode)
        ?? throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_missing", $"The connection {connection.Key} has no usable {missing}, which the address of {spec.Name} needs."));

    private string? Next(Connection connection, FeedPosition position, ExchangeAnswer answer, JsonElement root, int count)
    {
        var full = count >= spec.Size;
        var number = int.TryParse(position.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : spec.Paging == PagingStyle.Page ? spec.First : 0;
        var read = spec.Paging == PagingStyle.Page ? (number - spec.First + 1) * (long)spec.Size : number + count;
        if (spec.Total?.Read(root) is { } all && long.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out var total) && read >= total)
            full = false;
        if (spec.HasMore is not null && spec.HasMore.Read(root) != "true")
            return null;
        return spec.Paging switch
        {
            PagingStyle.Page => full ? (number + 1).ToString(CultureInfo.InvariantCulture) : null,
            PagingStyle.Offset => full ? (number + count).ToString(CultureInfo.InvariantCulture) : null,
            PagingStyle.Search => NextOfSearch(position, root),
            PagingStyle.Token or PagingStyle.NextQuery => spec.Next!.Read(root),
            PagingStyle.NextUrl => Local(connection, spec.Next!.Read(root)),
            PagingStyle.Link => Local(connection, LinkHeader.Next(answer.Header("Link"))),
            _ => null,
        };
    }

    /// <summary>
    /// The path below the connection's address. An address elsewhere is not followed: our credentials would go with it.
    /// </summary>
    private string? Local(Connection connection, string? address)
    {
        if (string.IsNullOrEmpty(address) || connection.BaseAddress is not { } home)
            return null;
        if (!Uri.TryCreate(home, address, out var next) || next.Authority != home.Authority || next.Scheme != home.Scheme)
            throw new ExchangeException(new Fault(FaultKind.Internal, "feed.next_elsewhere", $"{system} names a next page on another host, which is not followed. Check the address of the connection."));
        var own = home.AbsolutePath.TrimEnd('/');
        return next.AbsolutePath.StartsWith(own + "/", StringComparison.Ordinal) ? next.PathAndQuery[own.Length..] : next.PathAndQuery;
    }
}
