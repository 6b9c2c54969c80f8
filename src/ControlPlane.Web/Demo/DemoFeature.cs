using Connectors.Sandbox;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Estate;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlPlane.Web.Demo;

/// <summary>
/// The demo estate: the sandbox beside the product, and connections that lead to it. None of it exists when
/// <c>ControlPlane:Demo</c> is false.
/// </summary>
public static class DemoFeature
{
    public static WebApplicationBuilder AddDemo(this WebApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("ControlPlane:Demo"))
            return builder;
        var port = builder.Configuration.GetValue("ControlPlane:Sandbox:Port", 5090);
        var options = new SandboxOptions
        {
            Port = port == 0 ? FreePort() : port,
            OrdersPerMinute = builder.Configuration.GetValue("ControlPlane:Sandbox:OrdersPerMinute", 30d),
            MarketplaceOrdersPerMinute = builder.Configuration.GetValue("ControlPlane:Sandbox:MarketplaceOrdersPerMinute", 6d),
            Marketplaces = (builder.Configuration["ControlPlane:Sandbox:Marketplaces"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
        builder.Services.AddSandbox(options);
        builder.Services.AddSingleton<IReferenceResolver>(s => new DemoReferences(options, new ConfigurationReferences(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<SecretVault>())));
        builder.Services.AddSingleton(new ShippedEstate(Documents()));
        builder.Services.AddHostedService<WebhookTarget>();
        return builder;
    }

    private static List<EstateDocument> Documents()
    {
        var assembly = typeof(DemoFeature).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.EndsWith(".yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new EstateDocument("demo/" + name[(name.IndexOf(".Demo.", StringComparison.Ordinal) + 6)..], reader.ReadToEnd());
        })];
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The sandbox sends its webhooks to wherever the product really listens.</summary>
    private sealed class WebhookTarget(ISandboxControl sandbox, IServer server, IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(() =>
            {
                var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => a.StartsWith("http:", StringComparison.Ordinal));
                if (address is not null && Uri.TryCreate(address.Replace("[::]", "127.0.0.1").Replace("0.0.0.0", "127.0.0.1").Replace("//+", "//127.0.0.1").Replace("//*", "//127.0.0.1"), UriKind.Absolute, out var target))
                    sandbox.WebhookTarget = new Uri($"http://127.0.0.1:{target.Port}");
            });
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Answers <c>secret:sandbox-…</c> with what the sandbox asks for; everything else goes on to the configuration.</summary>
internal sealed class DemoReferences(SandboxOptions sandbox, IReferenceResolver next) : IReferenceResolver
{
    public string? Resolve(string reference) => reference switch
    {
        "secret:sandbox-address" => $"http://127.0.0.1:{sandbox.Port}",
        "secret:sandbox-shop-webhook-secret" => sandbox.Secrets.ShopWebhookSecret,
        "secret:sandbox-shop-access-token" => sandbox.Secrets.ShopAccessToken,
        "secret:sandbox-amazon-marketplace" => sandbox.MarketplaceId,
        "secret:sandbox-amazon-client-id" => sandbox.Secrets.AmazonClientId,
        "secret:sandbox-amazon-client-secret" => sandbox.Secrets.AmazonClientSecret,
        "secret:sandbox-amazon-refresh-token" => sandbox.Secrets.AmazonRefreshToken,
        "secret:sandbox-amazon-webhook-secret" => sandbox.Secrets.AmazonWebhookSecret,
        "secret:sandbox-erp-company" => sandbox.ErpCompany.ToString(),
        "secret:sandbox-erp-client-id" => sandbox.Secrets.ErpClientId,
        "secret:sandbox-erp-client-secret" => sandbox.Secrets.ErpClientSecret,
        "secret:sandbox-wms-api-key" => sandbox.Secrets.WmsApiKey,
        "secret:sandbox-wms-webhook-secret" => sandbox.Secrets.WmsWebhookSecret,
        _ => Marketplace(reference) ?? next.Resolve(reference),
    };

    /// <summary><c>secret:sandbox-woocommerce-client-id</c></summary>
    private string? Marketplace(string reference)
    {
        foreach (var system in sandbox.Marketplaces)
            if (reference.StartsWith($"secret:sandbox-{system}-", StringComparison.Ordinal))
            {
                var secrets = sandbox.Secrets.Of(system);
                return reference[$"secret:sandbox-{system}-".Length..] switch
                {
                    "client-id" => secrets.ClientId,
                    "client-secret" => secrets.ClientSecret,
                    "token" => secrets.Token,
                    "token-secret" => secrets.TokenSecret,
                    "webhook-secret" => secrets.WebhookSecret,
                    _ => null,
                };
            }

        return null;
    }
}
