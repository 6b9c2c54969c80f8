using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Outbound.Metering;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// The one way out: pooled connections and a bulkhead per connection, rate budgets per operation, address guard, time
/// and size limits, trace context. What fails here is a <see cref="Fault"/> that says whether a write may have arrived.
/// </summary>
internal sealed class OutboundGateway(TimeProvider clock, BudgetLedger? ledger = null, OutboundMeter? meter = null, IKeptTokens? kept = null) : IDisposable
{
    /// <summary>Larger answers are cut off: no document that a flow needs comes near.</summary>
    public const int MostAnswerBytes = 16 * 1024 * 1024;

    /// <summary>A budget that frees a token sooner than this is waited for; longer waits go back to the queue.</summary>
    public static readonly TimeSpan LongestInlineWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Who waits longer for a place than this finds the system congested, and later work does not wait at all.</summary>
    private static readonly TimeSpan LongestPlaceWait = TimeSpan.FromSeconds(1);

    /// <summary>Code of the fault that says that no place came free.</summary>
    public const string Congested = "outbound.congested";

    /// <summary>Code of the fault that says that our own count leaves no token for a while.</summary>
    public const string OutOfBudget = "outbound.budget";

    /// <summary>Code of the fault that says that the work may be another node's by now. It says nothing about the system.</summary>
    public const string NotOurs = "outbound.not_ours";

    private readonly ConcurrentDictionary<string, Pipe> _pipes = new(StringComparer.Ordinal);

    private readonly RateGates _rates = new(ledger, clock);

    public ITokenCache Tokens { get; } = new TokenCache(clock, meter, kept);

    /// <param name="polling">Nobody waits for it: it leaves the reserve of the budget to others.</param>
    /// <param name="mayWrite">Asked when the bytes of a write are about to leave; false: they stay.</param>
    public async Task<ExchangeAnswer> SendAsync(Connection connection, IConnector connector, ExchangeRequest request, CancellationToken ct, Func<bool>? mayWrite = null, bool polling = false)
    {
        var pipe = PipeOf(connection);
        await TakeBudgetAsync(connector, connection, request.Operation, polling, ct);
        pipe.LastOperation = request.Operation;
        var began = await pipe.EnterAsync(LongestPlaceWait, clock, ct)
            ?? throw new ExchangeException(new Fault(FaultKind.Throttled, Congested, $"{connection.DisplayName} has not answered the calls under way."));
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timeout.CancelAfter(connection.Timeout);
            if (pipe.TransportOf(connector) is { } transport)
                return Metered(await SendAsync(transport, connection, request, timeout.Token, ct), connector, connection, request);
            using var message = Message(connection, request, request.Writes ? mayWrite : null);
            var answer = Metered(await SendAsync(pipe.ClientOf(connector), connection, request, message, timeout.Token, ct), connector, connection, request);
            await LearnAsync(connector, connection, request.Operation, answer, ct);
            return answer;
        }
        finally
        {
            pipe.Leave(began, clock);
        }
    }

    private ExchangeAnswer Metered(ExchangeAnswer answer, IConnector connector, Connection connection, ExchangeRequest request)
    {
        meter?.Answered(connection, BudgetOf(connector, request.Operation), request.Authenticated, answer.Status);
        return answer;
    }

    private static string BudgetOf(IConnector connector, string operation) => RateGates.Declared(connector, operation)?.Pool ?? operation;

    /// <summary>All places are taken, and somebody waited too long for one.</summary>
    public bool IsCongested(Connection connection) => PipeOf(connection).IsCongested;

    /// <summary>Calls under way, and since when no call has ended while all places were taken; null when that is not so.</summary>
    public (int Running, TimeSpan? Silence) Standing(Connection connection) => PipeOf(connection).Standing(clock);

    /// <summary>The system's standing changed: whoever waited for a place may try anew.</summary>
    public void Forgive(Connection connection) => PipeOf(connection).Forgive();

    public RateGates Rates => _rates;

    /// <summary>How long until the budget has a token, without taking it; zero where there is none.</summary>
    public TimeSpan BudgetWait(Connection connection, IConnector connector, string operation) => _rates.Of(connection, connector, operation).Peek();

    /// <summary>True while the target's own word keeps us away, and not our reckoning.</summary>
    public bool IsClosedByTarget(Connection connection, IConnector connector, string operation) => _rates.Of(connection, connector, operation).IsClosed;

    /// <summary>Calls that the budget would allow at this moment; a large number where there is none.</summary>
    public int BudgetLeft(Connection connection, IConnector connector, string operation) => _rates.Of(connection, connector, operation).Left();

    /// <summary>The target asked to be left alone, in whatever way it says so.</summary>
    public ValueTask CloseForAsync(Connection connection, IConnector connector, string operation, TimeSpan wait, CancellationToken ct) =>
        _rates.Of(connection, connector, operation).CloseForAsync(wait, ct);

    /// <summary>The operation that was sent last: what a silence is put down to.</summary>
    public string LastOperation(Connection connection) => PipeOf(connection).LastOperation;

    private static async Task<ExchangeAnswer> SendAsync(
        HttpClient client, Connection connection, ExchangeRequest request, HttpRequestMessage message, CancellationToken timed, CancellationToken caller)
    {
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timed);
            var body = await ReadAsync(response.Content, timed);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, values) in response.Headers.NonValidated)
                headers[name] = values.ToString();
            foreach (var (name, values) in response.Content.Headers.NonValidated)
                headers[name] = values.ToString();
            return new ExchangeAnswer
            {
                Status = (int)response.StatusCode,
                Headers = headers,
                Body = body,
                ContentType = response.Content.Headers.ContentType?.MediaType,
            };
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw Lost(connection, request, "outbound.timeout", TimedOut(connection), null);
        }
        catch (Exception e) when (e is NotOursException || e.InnerException is NotOursException)
        {
            throw new ExchangeException(new Fault(FaultKind.Transient, NotOurs, "This node was held up for so long that another may have taken the work over. Nothing was sent."), e);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException)
        {
            throw new ExchangeException(new Fault(FaultKind.Internal, "outbound.address_refused", e.InnerException.Message), e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            // Nothing was sent: safe to try again whatever the operation is.
            throw new ExchangeException(new Fault(FaultKind.Transient, "outbound.not_connected", $"{connection.DisplayName} cannot be reached."), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or AnswerTooLargeException)
        {
            var tooLarge = e is AnswerTooLargeException;
            throw Lost(
                connection, request, tooLarge ? "outbound.answer_too_large" : "outbound.cut_off",
                tooLarge ? $"{connection.DisplayName} sent an answer of more than {MostAnswerBytes / 1024 / 1024} MB." : $"{connection.DisplayName} broke off before its answer was complete.", e);
        }
    }

    private static async Task<ExchangeAnswer> SendAsync(ITransport transport, Connection connection, ExchangeRequest request, CancellationToken timed, CancellationToken caller)
    {
        try
        {
            return await transport.SendAsync(request, timed);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw Lost(connection, request, "outbound.timeout", TimedOut(connection), null);
        }
    }

    private static string TimedOut(Connection connection) =>
        $"{connection.DisplayName} gave no answer within {connection.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s.";

    private static ExchangeException Lost(Connection connection, ExchangeRequest request, string code, string message, Exception? inner)
    {
        _ = connection;
        return new(new Fault(request.Writes ? FaultKind.UnknownOutcome : FaultKind.Transient, code, message), inner);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken ct)
    {
        if (content.Headers.ContentLength > MostAnswerBytes)
            throw new AnswerTooLargeException();
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var buffer = new MemoryStream((int)(content.Headers.ContentLength ?? 1024));
        var chunk = System.Buffers.ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(chunk, ct)) > 0)
            {
                if (buffer.Length + read > MostAnswerBytes)
                    throw new AnswerTooLargeException();
                buffer.Write(chunk, 0, read);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(chunk);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static HttpRequestMessage Message(Connection connection, ExchangeRequest request, Func<bool>? mayWrite)
    {
        var message = new HttpRequestMessage(request.Method, request.Absolute ?? Address(connection, request.Path)) { Version = System.Net.HttpVersion.Version11 };
        if (!request.Body.IsEmpty || request.ContentType is not null)
        {
            var whole = request.BodyWithCredentials ?? request.Body;
            var body = request.Compress ? Compressed(whole) : whole;
            message.Content = mayWrite is null ? new ReadOnlyMemoryContent(body) : new GuardedContent(body, mayWrite);
            if (request.Compress)
                message.Content.Headers.ContentEncoding.Add("gzip");
            if (request.ContentType is { Length: > 0 } type)
                message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in request.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        if (Activity.Current is { } activity && !message.Headers.Contains("traceparent"))
            message.Headers.TryAddWithoutValidation("traceparent", activity.Id);
        return message;
    }

    private static ReadOnlyMemory<byte> Compressed(ReadOnlyMemory<byte> body)
    {
        using var buffer = new MemoryStream(body.Length / 4 + 64);
        using (var gzip = new System.IO.Compression.GZipStream(buffer, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(body.Span);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Uri Address(Connection connection, string path)
    {
        var root = connection.BaseAddress?.ToString().TrimEnd('/')
            ?? throw new ExchangeException(new Fault(FaultKind.Internal, "connection.no_address", $"The connection {connection.Key} has no baseAddress. Set it."));
        return new Uri(path.Length == 0 ? root : path[0] is '/' or '?' ? root + path : root + "/" + path);
    }

    private async Task TakeBudgetAsync(IConnector connector, Connection connection, string operation, bool polling, CancellationToken ct)
    {
        var gate = _rates.Of(connection, connector, operation);
        var first = gate.Budget is null ? 1 : RateGates.CostOf(connector, operation);
        var taken = new List<(RateGate Gate, double Cost)>(1);
        foreach (var (next, cost) in _rates.FurtherOf(connection, connector, operation).Prepend((gate, first)))
        {
            var wait = await next.TakeAsync(cost, polling, ct);
            if (wait > TimeSpan.Zero)
                meter?.Waited(connection.Key, BudgetOf(connector, operation));
            while (wait > TimeSpan.Zero)
            {
                if (wait > LongestInlineWait)
                {
                    // What the other limits gave serves another call.
                    foreach (var (earlier, spent) in taken)
                        earlier.Return(spent);
                    throw new ExchangeException(new Fault(
                        FaultKind.Throttled, OutOfBudget, $"The rate budget of {connection.DisplayName} for {operation} is used up.", RetryAfter: wait));
                }

                await Task.Delay(wait, clock, ct);
                wait = await next.TakeAsync(cost, polling, ct);
            }

            taken.Add((next, cost));
        }

        meter?.Used(connection.Key, BudgetOf(connector, operation), first);
    }

    /// <summary>A 429 closes the budget for everybody, not only for the call that met it; any answer may tell the limits.</summary>
    private async ValueTask LearnAsync(IConnector connector, Connection connection, string operation, ExchangeAnswer answer, CancellationToken ct)
    {
        var gate = _rates.Of(connection, connector, operation);
        if (gate.Budget is not null && connector.ReadBudget(answer) is { } reading)
            await gate.LearnAsync(reading, ct);
        if (answer.Status == 429 && HttpFaults.RetryAfter(answer.Header("Retry-After"), clock.GetUtcNow()) is { } wait)
            await gate.CloseForAsync(wait, ct);
    }

    private Pipe PipeOf(Connection connection)
    {
        if (_pipes.TryGetValue(connection.Key, out var pipe) && ReferenceEquals(pipe.Connection, connection))
            return pipe;
        // A changed connection gets new pools; calls under way finish on the old ones.
        var now = _pipes.AddOrUpdate(connection.Key, _ => new Pipe(connection, meter), (_, old) => ReferenceEquals(old.Connection, connection) ? old : new Pipe(connection, meter));
        if (pipe is not null && !ReferenceEquals(pipe, now))
            pipe.Retire();
        return now;
    }

    public void Dispose()
    {
        foreach (var pipe in _pipes.Values)
            pipe.Dispose();
        _rates.Dispose();
    }

    private sealed class AnswerTooLargeException : Exception;
}
