using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests;

/// <summary>Answers in the order in which they were scripted, and keeps what was sent. A call beyond the script fails the test.</summary>
public sealed class ScriptedExchange : IExchange
{
    private readonly Queue<Func<ExchangeRequest, ExchangeAnswer>> _script = new();

    public List<ExchangeRequest> Sent { get; } = [];

    public int Left => _script.Count;

    public ScriptedExchange Answers(int status, string body = "", string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        _script.Enqueue(_ => Answer(status, body, contentType, headers));
        return this;
    }

    /// <summary>For answers that depend on what was asked: a small stateful stand-in.</summary>
    public ScriptedExchange Answers(Func<ExchangeRequest, ExchangeAnswer> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public ScriptedExchange Throws(Fault fault)
    {
        _script.Enqueue(_ => throw new ExchangeException(fault));
        return this;
    }

    public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Sent.Add(request);
        return _script.TryDequeue(out var next)
            ? Task.FromResult(next(request))
            : throw new Xunit.Sdk.XunitException($"Nothing is scripted for call {Sent.Count}: {request.Method} {request.Path}");
    }

    public string Body(int call) => Encoding.UTF8.GetString(Sent[call].Body.Span);

    public static ExchangeAnswer Answer(int status, string body = "", string? contentType = "application/json", params (string Name, string Value)[] headers) => new()
    {
        Status = status,
        Body = Encoding.UTF8.GetBytes(body),
        ContentType = contentType,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
    };
}

/// <summary>Fetches when it has nothing, and remembers what was forgotten.</summary>
public sealed class MemoryTokens : ITokenCache
{
    private readonly Dictionary<(string, string), string> _tokens = [];

    public List<TimeSpan> Lifetimes { get; } = [];

    public int Forgotten { get; private set; }

    public async ValueTask<string> GetAsync(string connectionKey, string name, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken ct)
    {
        if (_tokens.TryGetValue((connectionKey, name), out var known))
            return known;
        var fresh = await fetch(ct);
        Lifetimes.Add(fresh.Lifetime);
        return _tokens[(connectionKey, name)] = fresh.Value;
    }

    public void Forget(string connectionKey, string name)
    {
        if (_tokens.Remove((connectionKey, name)))
            Forgotten++;
    }
}
