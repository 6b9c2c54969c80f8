using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace Connectors.Tests.Peers;

/// <summary>
/// NetSuite's REST web services as far as the connector uses them: statements signed with PS256, upsert by external id that adds lines unless
/// told to replace them, 204 with a Location, SuiteQL over one query, records with sublists on demand, concurrency refused with 429.
/// </summary>
internal sealed partial class NetSuitePeer : Peer
{
    public RSA Key { get; } = RSA.Create(3072);

    public List<(string Id, DateTimeOffset Changed, JsonObject Record)> Fulfilments { get; } = [];

    /// <summary>Runs between two pages: somebody works while we read.</summary>
    public Action? BetweenPages { get; set; }

    protected override string TokenPath => "/services/rest/auth/oauth2/v1/token";

    protected override Reply Give(HttpRequest request, string body)
    {
        var form = HttpUtility.ParseQueryString(body);
        var parts = form["client_assertion"]!.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        var good = form["grant_type"] == "client_credentials" && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && (string?)header["alg"] == "PS256" && (string?)header["kid"] == "cert-1" && (string?)claims["iss"] == "client-1" && (string?)claims["scope"] == "rest_webservices"
            && ((string?)claims["aud"])!.EndsWith(TokenPath, StringComparison.Ordinal) && (long)claims["exp"]! - (long)claims["iat"]! <= 3600
            && Key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return good ? Granted(new() { ["expires_in"] = "3600", ["token_type"] = "bearer" }) : new(400, new JsonObject { ["error"] = "invalid_grant" });
    }

    protected override Reply Throttled(int seconds)
    {
        var reply = Error(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.");
        reply.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        return reply;
    }

    protected override Reply Handle(HttpRequest request, string body)
    {
        var path = request.Path.Value!;
        if (path == "/services/rest/query/v1/suiteql" && request.Method == "POST")
            return request.Headers["Prefer"] == "transient" ? Query(request, (string)JsonNode.Parse(body)!["q"]!) : Error(400, "INVALID_HEADER", "Prefer: transient is needed.");
        if (path.Contains("/salesOrder/eid:", StringComparison.Ordinal))
            return Order(request, path[(path.IndexOf("eid:", StringComparison.Ordinal) + 4)..], body);
        if (path.Contains("/itemFulfillment/", StringComparison.Ordinal))
            return Fulfilments.Find(f => f.Id == path.Split('/')[^1]).Record is { } record && request.Query["expandSubResources"] == "true" ? new(200, record.DeepClone()) : Error(404, "NONEXISTENT_ID", "The record does not exist.");
        return Error(404, "INVALID_ID", "The URL is wrong.");
    }

    private Reply Order(HttpRequest request, string reference, string body)
    {
        var known = Orders.FindIndex(o => o.Reference == reference);
        if (request.Method == "GET")
            return known >= 0 ? new(200, new JsonObject { ["id"] = Id(known), ["tranId"] = $"SO{Id(known)}" }) : Error(404, "NONEXISTENT_ID", "The record does not exist.");
        var document = JsonNode.Parse(body)!.AsObject();
        if ((string?)document["item"]!["items"]![0]!["item"]!["externalId"] == "UNKNOWN")
            return Error(400, "INVALID_KEY_OR_REF", "Invalid item reference key UNKNOWN.", "item.items[0].item");
        if (known < 0)
            Orders.Add((reference, document));
        else if (request.Query["replace"] != "item") // The lines of the repeat stand behind those of the first.
            foreach (var line in document["item"]!["items"]!.AsArray())
                Orders[known].Document["item"]!["items"]!.AsArray().Add(line!.DeepClone());
        return new(204, null) { Headers = { ["Location"] = $"{Address}services/rest/record/v1/salesOrder/{Id(known < 0 ? Orders.Count - 1 : known)}" } };
    }

    private Reply Query(HttpRequest request, string q)
    {
        var match = Form().Match(q);
        if (!match.Success)
            return Error(400, "INVALID_PARAMETER", "Invalid search query.");
        var since = DateTimeOffset.ParseExact(match.Groups[1].Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var (limit, offset) = (int.Parse(request.Query["limit"]!, CultureInfo.InvariantCulture), int.Parse(request.Query["offset"]!, CultureInfo.InvariantCulture));
        var found = Fulfilments.Where(f => f.Changed >= since).OrderBy(f => int.Parse(f.Id, CultureInfo.InvariantCulture)).ToList();
        var page = found.Skip(offset).Take(limit).Select(f => (JsonNode)new JsonObject { ["links"] = new JsonArray(), ["id"] = f.Id }).ToArray();
        var more = offset + page.Length < found.Count;
        if (more)
            BetweenPages?.Invoke();
        return new(200, new JsonObject { ["links"] = new JsonArray(), ["count"] = page.Length, ["hasMore"] = more, ["items"] = new JsonArray(page), ["offset"] = offset, ["totalResults"] = found.Count });
    }

    private static string Id(int index) => (7001 + index).ToString(CultureInfo.InvariantCulture);

    private static Reply Error(int status, string code, string detail, string? path = null) => new(status, new JsonObject
    {
        ["type"] = "https://www.rfc-editor.org/rfc/rfc9110.html", ["title"] = "Error", ["status"] = status,
        ["o:errorDetails"] = new JsonArray(new JsonObject { ["detail"] = detail, ["o:errorCode"] = code, ["o:errorPath"] = path }),
    });

    [GeneratedRegex(@"^SELECT id FROM transaction WHERE type = 'ItemShip' AND lastmodifieddate >= TO_TIMESTAMP\('([0-9: -]+)', 'YYYY-MM-DD HH24:MI:SS'\) ORDER BY id$")]
    private static partial Regex Form();
}
