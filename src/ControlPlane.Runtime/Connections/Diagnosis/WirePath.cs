using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound;

namespace ControlPlane.Runtime.Connections.Diagnosis;

/// <summary>One stage of the way to a system.</summary>
/// <param name="Code">Null = it works.</param>
/// <param name="Text">What was found when it works; otherwise the detail of the finding.</param>
internal sealed record WireStage(string Name, string? Code, string Text, string Evidence = "");

/// <summary>
/// Walks the way to a system, one stage at a time, before anything is said to it: name, guard, port, certificate. Sends no credentials. The
/// same addresses are refused as for the work itself.
/// </summary>
internal static class WirePath
{
    public static readonly TimeSpan LongestStage = TimeSpan.FromSeconds(10);

    /// <summary>Ends with the first stage that does not work.</summary>
    /// <exception cref="ExchangeException">The connection's own certificates cannot be read.</exception>
    public static async Task<IReadOnlyList<WireStage>> WalkAsync(Connection connection, IConnector connector, CancellationToken ct)
    {
        var (address, stages) = (connection.BaseAddress!, new List<WireStage>());
        var port = address.Port > 0 ? address.Port : 22;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(LongestStage);
        IPAddress[] found;
        try
        {
            found = IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(address.Host, timed.Token);
            stages.Add(new("Name", null, literal is null ? $"{address.Host} has {(found.Length == 1 ? "one address" : $"{found.Length} addresses")}." : "It is an address already; there is no name to look up."));
        }
        catch (Exception e) when (e is SocketException or ArgumentException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return [new("Name", "name.unknown", "")];
        }

        // Which address it is stays untold: a test must not map the network from inside.
        if (!connection.AllowPrivateNetwork && found.Any(a => !AddressGuard.IsPublic(a)))
            return [.. stages, new("Address", "address.refused", "")];
        stages.Add(new("Address", null, "It may be called."));

        Stream stream;
        timed.CancelAfter(LongestStage);
        try
        {
            stream = await AddressGuard.ConnectAsync(new(address.Host.Trim('[', ']'), port), connection.AllowPrivateNetwork, timed.Token);
            stages.Add(new("Port", null, string.Create(CultureInfo.InvariantCulture, $"Somebody listens on port {port}.")));
        }
        catch (SocketException e)
        {
            return [.. stages, new("Port", e.SocketErrorCode switch { SocketError.ConnectionRefused => "port.refused", SocketError.TimedOut => "port.silent", _ => "port.unreachable" }, "", $"The operating system says {e.SocketErrorCode}.")];
        }
        catch (AddressRefusedException)
        {
            return [.. stages, new("Address", "address.refused", "")];
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [.. stages, new("Port", "port.silent", "")];
        }

        await using (stream)
        {
            if (address.Scheme == Uri.UriSchemeHttps)
            {
                timed.CancelAfter(LongestStage);
                stages.Add(await HandshakeAsync(stream, connection, connector, timed.Token, ct));
            }
        }

        return stages;
    }

    private static async Task<WireStage> HandshakeAsync(Stream stream, Connection connection, IConnector connector, CancellationToken timed, CancellationToken caller)
    {
        using var security = connector.Secure(connection);
        WireStage? stage = null;
        var host = connection.BaseAddress!.Host;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                stage = Judge(certificate as X509Certificate2, chain, errors);
                return stage.Code is null;
            },
        };
        if (security?.Certificate is { } own)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true);
        if (security?.Authority is { } authority)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }

        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(options, timed);
            return stage ?? new("Certificate", null, "It is valid.");
        }
        catch (Exception e) when (e is AuthenticationException or IOException || e is OperationCanceledException && !caller.IsCancellationRequested)
        {
            return stage is { Code: not null } ? stage : new("Certificate", "certificate.not_spoken", "");
        }
    }

    private static WireStage Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return new("Certificate", "certificate.not_spoken", "");
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).Take(5).ToList();
        var told = names.Count > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        var evidence = $"Issued to {certificate.Subject} by {certificate.Issuer}, valid until {Day(certificate.NotAfter)}.";
        WireStage Finding(string code, string detail = "") => new("Certificate", code, detail, evidence);
        if (errors == SslPolicyErrors.None)
            return new("Certificate", null, $"It is valid until {Day(certificate.NotAfter)}.", evidence);
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        // What the operator has to do first comes first: a certificate that ended is replaced, whatever else is wrong with it.
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return certificate.NotBefore > certificate.NotAfter || certificate.NotBefore.ToUniversalTime() > chain!.ChainPolicy.VerificationTime.ToUniversalTime()
                ? Finding("certificate.not_yet", Day(certificate.NotBefore)) : Finding("certificate.expired", Day(certificate.NotAfter));
        if (flags.HasFlag(X509ChainStatusFlags.Revoked))
            return Finding("certificate.revoked");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return Finding("certificate.name", told);
        return certificate.Subject == certificate.Issuer ? Finding("certificate.self_signed") : Finding("certificate.unknown_authority", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true));
    }

    private static string Day(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
