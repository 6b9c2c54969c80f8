using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>A system on the premises with an authority of its own, which asks for our certificate: real TLS on loopback.</summary>
public sealed class MutualTlsTests : IAsyncLifetime
{
    private readonly OutboundGateway _gateway = new(TimeProvider.System);
    private readonly X509Certificate2 _authority = Make("CN=Test Authority", null);
    private readonly X509Certificate2 _client;
    private WebApplication _server = null!;

    public MutualTlsTests() => _client = Make("CN=controlplane", _authority);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var own = Make("CN=localhost", _authority);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(h =>
        {
            h.ServerCertificate = own;
            h.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            h.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == _authority.Subject;
        })));
        _server = builder.Build();
        _server.Map("/who", (HttpContext http) => http.Connection.ClientCertificate!.Subject);
        await _server.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        await _server.DisposeAsync();
        _client.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Our_certificate_is_shown_and_theirs_is_believed_for_its_authority()
    {
        var answer = await _gateway.SendAsync(Connection("with"), new Secured(() => new(Copy(_client), Copy(_authority))), Request, Ct);
        Assert.Equal("CN=controlplane", Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Fact]
    public async Task Without_our_certificate_we_are_not_let_in()
    {
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => _gateway.SendAsync(Connection("without"), new Secured(() => new(null, Copy(_authority))), Request, Ct));
        Assert.StartsWith("outbound.", refused.Fault.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_nobody_named_is_not_believed_and_nothing_is_sent()
    {
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => _gateway.SendAsync(Connection("stranger"), new Secured(() => new(Copy(_client), null)), Request, Ct));
        Assert.Equal("outbound.not_connected", refused.Fault.Code);
        using var other = Make("CN=Other Authority", null);
        refused = await Assert.ThrowsAsync<ExchangeException>(() => _gateway.SendAsync(Connection("other"), new Secured(() => new(Copy(_client), Copy(other))), Request, Ct));
        Assert.Equal("outbound.not_connected", refused.Fault.Code);
    }

    private Connection Connection(string key) => new()
    {
        Key = key, Connector = "secured", Role = SystemRole.Erp, DisplayName = "ERP", AllowPrivateNetwork = true, BaseAddress = new($"https://localhost:{new Uri(_server.Urls.First()).Port}"),
    };

    private static ExchangeRequest Request => new() { Method = HttpMethod.Get, Path = "/who" };

    /// <summary>The gateway disposes of what it is given.</summary>
    private static X509Certificate2 Copy(X509Certificate2 certificate) => X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        if (issuer is null)
            return Whole(request.CreateSelfSigned(from, from.AddDays(30)));
        using var signed = request.Create(issuer, from, from.AddDays(20), RandomNumberGenerator.GetBytes(8));
        return Whole(signed.CopyWithPrivateKey(key));
    }

    private static X509Certificate2 Whole(X509Certificate2 made)
    {
        using (made)
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private sealed class Secured(Func<TransportSecurity?> security) : IConnector
    {
        public ConnectorManifest Manifest { get; } = new() { Name = "secured", Version = "1.0.0", Title = "Secured" };

        public IReceiver? Receiver => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public IOperation? Operation(string name) => null;

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => ValueTask.CompletedTask;

        public TransportSecurity? Secure(Connection connection) => security();

        public IEnumerable<string> Check(Connection connection) => [];
    }
}
