using System.Net.Http.Headers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests;

/// <summary>The gateway in small, over real HTTP: authenticates, logs in again once, loses the answers it is told to.</summary>
public sealed class PeerExchange(IConnector connector, Connection connection) : IExchange, IDisposable
{
    private readonly HttpClient _http = new();
    private readonly MemoryTokens _tokens = new();

    /// <summary>As it would be recorded: before credentials are added.</summary>
    public List<string> Recorded { get; } = [];

    public Func<string, bool> Loses { get; set; } = _ => false;

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        var noted = System.Text.Encoding.UTF8.GetString(request.Body.Span);
        if (request.Authenticated)
        {
            Recorded.Add(noted);
            await connector.AuthenticateAsync(request, connection, _tokens, this, ct);
        }

        using var message = new HttpRequestMessage(request.Method, connection.BaseAddress!.ToString().TrimEnd('/') + request.Path)
        {
            Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(request.ContentType!) } },
        };
        using var response = await _http.SendAsync(message, ct);
        if (request.Authenticated && Loses(noted))
            throw new ExchangeException(new(request.Writes ? FaultKind.UnknownOutcome : FaultKind.Transient, "outbound.cut_off", "The answer was lost."));
        return new() { Status = (int)response.StatusCode, ContentType = response.Content.Headers.ContentType?.ToString(), Body = await response.Content.ReadAsByteArrayAsync(ct) };
    }

    public void Dispose() => _http.Dispose();
}
