using System.Security;
using System.Security.Cryptography;
using System.Text;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Soap;

/// <summary>
/// Credentials that stand within the document. The envelope is mapped, shown and recorded with a comment in their place; the block takes
/// the comment's place in what goes over the wire, and nowhere else. Values in documents are escaped, so no data can look like the comment.
/// </summary>
public abstract class EnvelopeAuthentication : AuthenticationScheme
{
    /// <summary>Text of the comment.</summary>
    public const string Place = "credentials";

    private static readonly byte[] Marker = Encoding.ASCII.GetBytes($"<!--{Place}-->");

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public sealed override ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        var body = request.Body.Span;
        var at = body.IndexOf(Marker);
        if (at < 0)
            throw new ExchangeException(new Fault(FaultKind.Internal, "soap.no_place_for_credentials",
                "The request has no place for the credentials. Give its soap format credentials: true, or write <!--credentials--> into the header of the envelope."));
        // Letters and digits: a nonce is text in one scheme and bytes in another.
        var block = Encoding.UTF8.GetBytes(Block(connection, Clock.GetUtcNow(), RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20)));
        var whole = new byte[body.Length - Marker.Length + block.Length];
        body[..at].CopyTo(whole);
        block.CopyTo(whole, at);
        body[(at + Marker.Length)..].CopyTo(whole.AsSpan(at + block.Length));
        request.BodyWithCredentials = whole;
        return ValueTask.CompletedTask;
    }

    public override IEnumerable<string> Check(Connection connection) => Texts.SelectMany(t => t.Check(connection));

    /// <summary>All that it reads of the connection.</summary>
    protected abstract IEnumerable<ConnectionText> Texts { get; }

    /// <summary>The header block. Pure.</summary>
    internal abstract string Block(Connection connection, DateTimeOffset now, string nonce);

    protected static string Escaped(ConnectionText text, Connection connection) => SecurityElement.Escape(text.Render(connection));
}
