using System.Net;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Exports;

/// <summary>Lists as files over the whole product.</summary>
public sealed class ExportApiTests : IAsyncLifetime
{
    private ProductHost _product = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductHost.StartAsync();
        var at = TimeProvider.System.GetUtcNow().AddHours(-1);
        var stuck = Given.Transaction("shop", "=cmd", at, TransactionState.Stuck);
        stuck.FaultMessage = "Customer mia@example.org is blocked.";
        await _product.AddAsync([stuck, .. Enumerable.Range(1, 2500).Select(i => (object)Given.Transaction("shop", $"#{i}", at.AddMilliseconds(-i * 7)))]);
    }

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task The_filtered_list_comes_as_csv_with_what_it_is_and_is_on_record()
    {
        using var business = await _product.ClientAsync(PortalRoles.Business);
        using var answer = await business.GetAsync("/api/v1/transactions/export?state=stuck&zone=Europe/Berlin", Ct);
        Assert.Equal(("text/csv", "attachment"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Matches("^transactions-[0-9-]+\\.csv$", answer.Content.Headers.ContentDisposition.FileName!.Trim('"'));
        var lines = (await answer.Content.ReadAsStringAsync(Ct)).Split("\r\n");
        Assert.Contains("# Filter: state = stuck", lines);
        Assert.Contains("# Times are in: Europe/Berlin", lines);
        Assert.Equal(3, lines.SkipWhile(l => l.TrimStart('\uFEFF').TrimStart('"').StartsWith('#')).Count());
        // No formula, no mail address for who may not see it.
        Assert.StartsWith("\"'=cmd\",SHOP-=cmd", lines[^2], StringComparison.Ordinal);
        Assert.Contains(",126.40,EUR,2,", lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("mia@example.org", lines[^2], StringComparison.Ordinal);
        Assert.Contains("mia@example.org", await _product.Client().GetStringAsync("/api/v1/transactions/export?state=stuck", Ct), StringComparison.Ordinal);
        var records = (await _product.Client().GetAsync("/api/v1/exports", HttpStatusCode.OK)).GetProperty("items");
        Assert.Equal(("transactions", "csv", "done", 1, true), (records[1].Text("source"), records[1].Text("format"), records[1].Text("state"), records[1].GetProperty("rows").GetInt32(), records[1].GetProperty("masked").GetBoolean()));
        using var refused = await business.GetAsync("/api/v1/exports", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Every_row_comes_once_and_scripts_get_nothing_but_rows()
    {
        var lines = (await _product.Client().GetStringAsync("/api/v1/transactions/export?preamble=false", Ct)).TrimEnd().Split("\r\n");
        Assert.Equal(2502, lines.Length);
        Assert.Equal(2501, lines.Skip(1).Select(l => l.Split(',')[^1]).Distinct().Count());
    }

    [Fact]
    public async Task The_portals_address_with_its_filters_gives_a_workbook()
    {
        using var answer = await _product.Client().GetAsync("/transactions/export?format=xlsx&state=stuck,nonsense&least=10%20EUR", Ct);
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", answer.Content.Headers.ContentType!.MediaType);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(bytes));
        Assert.NotNull(archive.GetEntry("xl/workbook.xml"));
        using var about = new StreamReader(archive.Entries.First(e => e.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal)).Open());
        var text = await about.ReadToEndAsync(Ct);
        Assert.Contains("Total at least = 10.00 EUR", text, StringComparison.Ordinal);
        Assert.Contains("nonsense", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_are_a_file_too()
    {
        var text = await _product.Client().GetStringAsync("/cases/export?state=all", Ct);
        Assert.Contains("Cause,State,Stands at", text, StringComparison.Ordinal);
        Assert.Contains("# Filter: State = all", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/transactions/export?format=pdf")]
    [InlineData("/api/v1/transactions/export?zone=Mars")]
    [InlineData("/api/v1/transactions/export?colour=red")]
    [InlineData("/api/v1/transactions/export?state=angry")]
    [InlineData("/transactions/export?format=pdf")]
    public async Task What_is_asked_wrongly_is_told_before_anything_is_written(string path) => await _product.Client().GetAsync(path, HttpStatusCode.BadRequest);

    [Fact]
    public async Task More_than_so_many_at_once_are_told_to_come_back()
    {
        var exporter = _product.Services.GetRequiredService<Exporter>();
        var places = Enumerable.Range(0, 3).Select(_ => exporter.TryTakePlace()!).ToList();
        using var answer = await _product.Client().GetAsync("/api/v1/transactions/export", Ct);
        Assert.Equal(("30", HttpStatusCode.ServiceUnavailable), (answer.Headers.RetryAfter!.ToString(), answer.StatusCode));
        places.ForEach(p => p.Dispose());
        using var then = await _product.Client().GetAsync("/api/v1/transactions/export?state=stuck", Ct);
        Assert.Equal(HttpStatusCode.OK, then.StatusCode);
    }

    [Fact]
    public async Task Strangers_get_no_file()
    {
        using var answer = await _product.Client(null).GetAsync("/api/v1/transactions/export", Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var page = await _product.Client(null).GetAsync("/transactions/export", Ct);
        Assert.NotEqual(HttpStatusCode.OK, page.StatusCode);
    }
}
