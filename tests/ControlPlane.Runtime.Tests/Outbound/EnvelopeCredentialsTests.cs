using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>Credentials that stand within the document go over the wire, and into no record.</summary>
public sealed class EnvelopeCredentialsTests
{
    [Fact]
    public async Task What_is_recorded_is_the_document_without_them_and_what_is_sent_the_one_with_them()
    {
        var ct = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        var arrived = new List<string>();
        server.Map("/op", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            arrived.Add(await reader.ReadToEndAsync(http.RequestAborted));
            http.Response.StatusCode = arrived.Count == 1 ? 401 : 200;
        });
        await server.StartAsync(ct);
        var connection = new Connection { Key = "soap", Connector = "soap", Role = SystemRole.Erp, DisplayName = "SOAP", BaseAddress = new(server.Urls.First()), AllowPrivateNetwork = true };
        using var gateway = new OutboundGateway(TimeProvider.System);
        var exchange = new RecordingExchange(gateway, connection, new Sealing(), new(1, Guid.Empty, "step", 1, 1, "op", null), TimeProvider.System);

        await exchange.SendAsync(new() { Method = HttpMethod.Post, Path = "/op", Body = "<e><!--credentials--></e>"u8.ToArray(), ContentType = "text/xml", Writes = true }, ct);

        // The second try after the 401 begins from the same document.
        Assert.Equal(["<e>secret-1</e>", "<e>secret-2</e>"], arrived);
        Assert.Equal("<e><!--credentials--></e>", Encoding.UTF8.GetString(PayloadRows.Unpack(Assert.Single(exchange.Payloads))));
    }

    private sealed class Sealing : IConnector
    {
        private int _times;

        public ConnectorManifest Manifest { get; } = new() { Name = "soap", Version = "1.0.0", Title = "SOAP" };

        public IReceiver? Receiver => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public IOperation? Operation(string name) => null;

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
        {
            request.BodyWithCredentials = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(request.Body.Span).Replace("<!--credentials-->", $"secret-{++_times}", StringComparison.Ordinal));
            return ValueTask.CompletedTask;
        }

        public bool ForgetTokens(Connection connection, ITokenCache tokens) => true;

        public IEnumerable<string> Check(Connection connection) => [];
    }
}
