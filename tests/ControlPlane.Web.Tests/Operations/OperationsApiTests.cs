using System.Net;
using System.Text.Json;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Operations;
using ControlPlane.Web.Features.CommandLine;

namespace ControlPlane.Web.Tests.Operations;

/// <summary>The same figures for scripts, and what is wrong with a question.</summary>
public sealed class OperationsApiTests(SharedProduct product)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_and_the_list_behind_them_count_the_same_with_a_real_engine_and_are_fresh()
    {
        await using var door = await Receive.FrontDoor.OpenAsync();
        var client = door.Api;
        Assert.Equal(422, (await door.ShopAsync("[1,2,3]"u8.ToArray())).Status);
        var sent = TimeProvider.System.GetTimestamp();
        JsonElement figures = default;
        while (TimeProvider.System.GetElapsedTime(sent) < TimeSpan.FromSeconds(20))
        {
            figures = await ReadAsync(client, "/api/v1/operations?range=1h");
            if (figures.GetProperty("transformations").GetProperty("failed").GetInt64() == 1)
                break;
            await Task.Delay(200, Ct);
        }

        var took = TimeProvider.System.GetElapsedTime(sent);
        Assert.Equal(1, figures.GetProperty("transformations").GetProperty("failed").GetInt64());
        Assert.True(took < TimeSpan.FromSeconds(10), $"The figure was {took.TotalSeconds:0.0} s old.");
        TestContext.Current.SendDiagnosticMessage($"from refusal to figure: {took.TotalSeconds:0.0} s");
        var list = await ReadAsync(client, $"/api/v1/operations/failures?from={Uri.EscapeDataString(figures.GetProperty("from").GetString()!)}&to={Uri.EscapeDataString(figures.GetProperty("to").GetString()!)}");
        var item = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(("shop", JsonValueKind.Null), (item.GetProperty("connection").GetString(), item.GetProperty("transaction").ValueKind));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"/api/v1/messages/{item.GetProperty("message").GetString()}", UriKind.Relative), Ct)).StatusCode);
    }

    [Theory]
    [InlineData("range=2h", "range")]
    [InlineData("range=6h&from=2026-11-23T10:00:00Z&to=2026-11-23T11:00:00Z", "range")]
    [InlineData("from=2026-11-23T10:00:00Z", "to")]
    [InlineData("from=2026-11-23T10:00:00&to=2026-11-23T11:00:00Z", "from")]
    [InlineData("from=2026-11-23T10:00:00Z&to=2026-11-23T09:00:00Z", "to")]
    [InlineData("page=3", "page")]
    public async Task Nonsense_is_told_with_a_code_the_field_and_what_is_allowed(string query, string field)
    {
        foreach (var path in new[] { "/api/v1/operations", "/api/v1/operations/failures" })
        {
            using var client = product.Host.Client();
            using var answer = await client.GetAsync(new Uri($"{path}?{query}", UriKind.Relative), Ct);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement;
            var error = problem.GetProperty("errors").EnumerateArray().First();
            Assert.Equal(field, error.GetProperty("field").GetString());
            Assert.StartsWith("request.parameter", problem.GetProperty("code").GetString(), StringComparison.Ordinal);
            Assert.Contains(field == "page" ? "range" : "1h, 6h, 24h, 7d, 30d", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_reads_it_unsigned_and_only_who_runs_the_engine_counts_anew()
    {
        using var nobody = product.Host.Client(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/api/v1/operations", UriKind.Relative), Ct)).StatusCode);
        using var business = await product.Host.ClientAsync(PortalRoles.Business);
        Assert.Equal(HttpStatusCode.OK, (await business.GetAsync(new Uri("/api/v1/operations", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.PostAsync(new Uri("/api/v1/operations/rebuild", UriKind.Relative), null, Ct)).StatusCode);
        using var operatorClient = await product.Host.ClientAsync(PortalRoles.Operator);
        using var answer = await operatorClient.PostAsync(new Uri("/api/v1/operations/rebuild", UriKind.Relative), null, Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("events").GetInt64() >= 0);
    }

    [Fact]
    public async Task Another_company_sees_nothing_of_it()
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-5).ToMicroseconds();
        await product.Host.AddAsync(new OperationFailureRow { Measure = OperationMeasure.SettlementMismatched, At = at, Subject = EntityId.New(TimeProvider.System), Connection = "c", Code = "settlement.amount_differs" });
        using var own = product.Host.Client();
        Assert.NotEmpty((await ReadAsync(own, "/api/v1/operations/failures?figure=settlements")).GetProperty("items").EnumerateArray());
        using var other = await product.Host.ClientAsync(PortalRoles.Operator, tenantId: 2);
        Assert.Empty((await ReadAsync(other, "/api/v1/operations/failures?figure=settlements")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_verb_counts_anew_and_says_what_it_did()
    {
        await using var host = await ProductHost.StartAsync();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await CommandLineFeature.RunAsync(["rebuild-operations", "--json", $"--ControlPlane:Database:ConnectionString=Data Source={Path.Combine(host.Folder, "test.db")}"], output, errors, Ct);
        Assert.True(code == CommandLineFeature.Done, errors.ToString());
        Assert.Equal(0, JsonDocument.Parse(output.ToString()).RootElement.GetProperty("events").GetInt64());
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
