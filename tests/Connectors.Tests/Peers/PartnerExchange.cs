using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Peers;

/// <summary>As the runtime's exchange, without its budgets and records: authenticates, sends, renews what was refused once, and tells a lost answer from a refused connection.</summary>
internal sealed class PartnerExchange(IConnector connector, Connection connection, ITokenCache? tokens = null) : IExchange, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    public ITokenCache Tokens { get; } = tokens ?? new MemoryTokens();

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (!request.Authenticated)
            return await OnceAsync(request, ct);
        await connector.AuthenticateAsync(request, connection, Tokens, this, ct);
        var answer = await OnceAsync(request, ct);
        if (!connector.RenewCredentials(answer, connection, Tokens))
            return answer;
        await connector.AuthenticateAsync(request, connection, Tokens, this, ct);
        return await OnceAsync(request, ct);
    }

    private async Task<ExchangeAnswer> OnceAsync(ExchangeRequest request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(request.Method, request.Absolute ?? new Uri(connection.BaseAddress!.ToString().TrimEnd('/') + request.Path));
        if (request.ContentType is not null)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await _http.SendAsync(message, ct);
            return new()
            {
                Status = (int)response.StatusCode,
                Body = await response.Content.ReadAsByteArrayAsync(ct),
                ContentType = response.Content.Headers.ContentType?.MediaType,
                Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            };
        }
        catch (HttpRequestException e)
        {
            throw new ExchangeException(new Fault(request.Writes ? FaultKind.UnknownOutcome : FaultKind.Transient, "outbound.cut_off", "It broke off."), e);
        }
    }

    public void Dispose() => _http.Dispose();
}
