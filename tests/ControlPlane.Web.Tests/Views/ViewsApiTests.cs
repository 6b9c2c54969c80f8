using System.Net;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Views;

/// <summary>Saved views by API.</summary>
public sealed class ViewsApiTests : IAsyncLifetime
{
    private ProductHost _product = null!;
    private HttpClient _ada = null!, _bo = null!, _eve = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductHost.StartAsync();
        (_ada, _bo, _eve) = (await _product.ClientAsync(PortalRoles.Admin), await _product.ClientAsync(PortalRoles.Business), await _product.ClientAsync(PortalRoles.Executive));
    }

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task A_view_is_made_shared_changed_deleted_and_taken_back()
    {
        var view = await _ada.SendAsync(HttpMethod.Post, "/api/v1/views", """{"page":"transactions","name":"Stuck","query":"state=stuck","shared":true}""", "a", HttpStatusCode.OK);
        var id = view.Text("id");
        // The same request again is the same view.
        Assert.Equal(id, (await _ada.SendAsync(HttpMethod.Post, "/api/v1/views", """{"page":"transactions","name":"Stuck","query":"state=stuck","shared":true}""", "a", HttpStatusCode.OK)).Text("id"));
        var seen = (await _bo.GetAsync("/api/v1/views?page=transactions&count=true", HttpStatusCode.OK)).GetProperty("items")[0];
        Assert.Equal(("Stuck", false, 0), (seen.Text("name"), seen.GetProperty("mine").GetBoolean(), seen.GetProperty("count").GetProperty("value").GetInt32()));
        await _bo.SendAsync(HttpMethod.Put, $"/api/v1/views/{id}", """{"name":"Stuck orders","revision":1}""", null, HttpStatusCode.OK);
        Assert.Equal("view.changed", (await _ada.SendAsync(HttpMethod.Put, $"/api/v1/views/{id}", """{"name":"x","revision":1}""", null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("view.not_allowed", (await _eve.SendAsync(HttpMethod.Put, $"/api/v1/views/{id}", """{"name":"x"}""", null, HttpStatusCode.Forbidden)).Text("code"));
        await _eve.SendAsync(HttpMethod.Put, "/api/v1/views/default", $$"""{"page":"transactions","view":"{{id}}"}""", null, HttpStatusCode.NoContent);
        Assert.True((await _eve.GetAsync("/api/v1/views?page=transactions", HttpStatusCode.OK)).GetProperty("items")[0].GetProperty("isDefault").GetBoolean());
        await _bo.SendAsync(HttpMethod.Delete, $"/api/v1/views/{id}", null, null, HttpStatusCode.OK);
        Assert.Equal(0, (await _ada.GetAsync("/api/v1/views?page=transactions", HttpStatusCode.OK)).GetProperty("items").GetArrayLength());
        await _ada.SendAsync(HttpMethod.Post, $"/api/v1/views/{id}/restore", null, null, HttpStatusCode.OK);
        Assert.Equal(1, (await _ada.GetAsync("/api/v1/views?page=transactions", HttpStatusCode.OK)).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("GET", "/api/v1/views", null)]
    [InlineData("GET", "/api/v1/views?page=nothing", null)]
    [InlineData("POST", "/api/v1/views", """{"page":"nothing","name":"x","query":""}""")]
    [InlineData("POST", "/api/v1/views", """{"page":"cases","name":" ","query":""}""")]
    [InlineData("POST", "/api/v1/views", """{"page":"cases","name":"x","query":"a b"}""")]
    public async Task What_is_asked_wrongly_is_told(string method, string path, string? body) => await _ada.SendAsync(new HttpMethod(method), path, body, null, HttpStatusCode.BadRequest);
}
