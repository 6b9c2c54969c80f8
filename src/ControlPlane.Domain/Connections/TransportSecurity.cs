using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Domain.Connections;

/// <summary>What the transport needs beyond TLS as usual.</summary>
/// <param name="Certificate">Proves us to the system (mutual TLS), with its private key; null = the system asks for none.</param>
/// <param name="Authority">The only authority that is believed, for systems on the premises; null = those of the operating system.</param>
public sealed record TransportSecurity(X509Certificate2? Certificate, X509Certificate2? Authority) : IDisposable
{
    public void Dispose()
    {
        Certificate?.Dispose();
        Authority?.Dispose();
    }
}

/// <summary>Something that proves us and ends at a time that it says itself.</summary>
/// <param name="Name">Of the secret: <c>clientCertificate</c>.</param>
/// <param name="Subject">As it names itself: <c>CN=controlplane</c>.</param>
public sealed record CredentialExpiry(string Name, string Subject, DateTimeOffset ExpiresAt);
