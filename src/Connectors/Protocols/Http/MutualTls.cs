using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http;

/// <summary>The certificate with which a connection proves itself (RFC 8446, 4.4.2; for tokens RFC 8705), and the authority that it believes.</summary>
public sealed class MutualTls
{
    /// <summary>PEM with <see cref="Key"/>, or a PKCS#12 file as base64; null = none is shown.</summary>
    public ConnectionText? Certificate { get; init; }

    /// <summary>PEM.</summary>
    public ConnectionText? Key { get; init; }

    public ConnectionText? Password { get; init; }

    /// <summary>PEM of the only authority that is believed; null, or empty in the connection, = those of the operating system.</summary>
    public ConnectionText? Authority { get; init; }

    /// <exception cref="ExchangeException">A certificate cannot be read.</exception>
    public TransportSecurity? Open(Connection connection)
    {
        var security = new TransportSecurity(
            Given(Certificate, connection) ? CredentialFiles.Certificate(Certificate!, Key, Password, connection, "client certificate") : null,
            Given(Authority, connection) ? CredentialFiles.Certificate(Authority!, null, null, connection, "certificate of the authority") : null);
        return security is { Certificate: null, Authority: null } ? null : security;
    }

    public IEnumerable<CredentialExpiry> Expiries(Connection connection)
    {
        if (Given(Certificate, connection) && CredentialFiles.Expiry(Certificate!, Key, Password, connection, "clientCertificate") is { } own)
            yield return own;
        if (Given(Authority, connection) && CredentialFiles.Expiry(Authority!, null, null, connection, "authority") is { } theirs)
            yield return theirs;
    }

    public IEnumerable<string> Check(Connection connection)
    {
        string? problem = null;
        try
        {
            using var security = Open(connection);
            if (security?.Certificate is { HasPrivateKey: false })
                problem = $"The client certificate of the connection {connection.Key} has no private key. Give the key as PEM beside it, or a PKCS#12 file with both.";
        }
        catch (ExchangeException e)
        {
            problem = e.Fault.Message;
        }

        if (problem is not null)
            yield return problem;
    }

    private static bool Given(ConnectionText? text, Connection connection) => text is not null && text.IsGiven(connection);
}
