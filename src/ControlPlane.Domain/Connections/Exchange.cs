using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Connections;

/// <summary>
/// The one way out. Relative to the connection's base address, authenticated, within the rate budget, guarded against
/// internal addresses, with time and size limits; request and answer are recorded with the attempt.
/// </summary>
public interface IExchange
{
    /// <exception cref="ExchangeException">No usable answer came: refused by a guard, not connected, timed out, cut off, too large.</exception>
    Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct);
}

public sealed class ExchangeRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>Appended to the connection's base address; may carry a query. An absolute address only where <see cref="Absolute"/> says so.</summary>
    public required string Path { get; init; }

    /// <summary>For token endpoints on another host; still guarded.</summary>
    public Uri? Absolute { get; init; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Authentication may replace it, where credentials travel within the document; what is recorded is what stood there before.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>What goes over the wire in place of <see cref="Body"/> where credentials stand within the document; set by authentication, never recorded.</summary>
    public ReadOnlyMemory<byte>? BodyWithCredentials { get; set; }

    public string? ContentType { get; init; }

    /// <summary>True: the body travels compressed (gzip). It is recorded as it was before.</summary>
    public bool Compress { get; init; }

    /// <summary>True when a lost answer leaves open whether something was created or changed.</summary>
    public bool Writes { get; init; }

    /// <summary>False for token requests: no credentials are added and bodies are not recorded.</summary>
    public bool Authenticated { get; init; } = true;

    /// <summary>True: in the name of the application alone, not of the account that it acts for; some systems want that for a few calls.</summary>
    public bool ByApplication { get; init; }

    /// <summary>Which budget of the manifest it draws on; empty = the connection's own.</summary>
    public string Operation { get; init; } = "";
}

public sealed class ExchangeAnswer
{
    public required int Status { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>No usable answer. <see cref="Fault"/> is <see cref="FaultKind.UnknownOutcome"/> when a write may have arrived.</summary>
public sealed class ExchangeException(Fault fault, Exception? inner = null) : Exception(fault.Message, inner)
{
    public Fault Fault { get; } = fault;
}
