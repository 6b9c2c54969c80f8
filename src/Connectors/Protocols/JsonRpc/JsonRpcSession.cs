using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Calls;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.JsonRpc;

/// <summary>
/// Logs in once and keeps what the system gave until it refuses it. A refused password is remembered, too, and not tried again before
/// <see cref="Pause"/> has passed or the credentials changed: systems of this kind slow down, then lock, who tries wrong ones.
/// </summary>
internal sealed class JsonRpcSession : AuthenticationScheme
{
    /// <summary>After a refused log-in; also what a locked log-in waits for when the system does not say how long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    private const string SignInRefused = "\u0000refused";

    public required string Target { get; init; }

    public required JsonRpcSpec JsonRpc { get; init; }

    public required string Method { get; init; }

    public required CallDocument Params { get; init; }

    /// <summary>Made of the answer, which it reads as <c>calls.login</c>.</summary>
    public required CallText Token { get; init; }

    public bool Base64 { get; init; }

    /// <summary>Null = the token goes into the body.</summary>
    public string? Header { get; init; }

    public string Prefix { get; init; } = "";

    /// <summary>What goes in front of the list at <see cref="InsertAt"/> of each body; reads the token as <c>session</c>.</summary>
    public CallDocument? Insert { get; init; }

    public IReadOnlyList<string> InsertAt { get; init; } = [];

    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public override async ValueTask ApplyAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        var token = await tokens.GetAsync(connection.Key, Name(connection), c => LogInAsync(connection, exchange, c), ct);
        if (token == SignInRefused)
            throw new ExchangeException(Wrong());
        if (Header is { } header)
            request.Headers[header] = Prefix + token;
        else
            request.Body = Inserted(request.Body, Scope(connection, token));
    }

    public override bool Forget(Connection connection, ITokenCache tokens)
    {
        tokens.Forget(connection.Key, Name(connection));
        return true;
    }

    public override IEnumerable<string> Check(Connection connection)
    {
        var missing = new List<string>();
        Params.Render(new CallPlace(Scope(connection, "")), missing);
        foreach (var name in missing.Distinct())
            yield return $"The connection {connection.Key} has no usable {name}. Give it a value without line breaks.";
    }

    private async Task<AccessToken> LogInAsync(Connection connection, IExchange exchange, CancellationToken ct)
    {
        var (scope, missing) = (Scope(connection, ""), new List<string>());
        var parameters = Params.Render(new CallPlace(scope), missing);
        if (missing.Count > 0)
            throw new ExchangeException(new Fault(FaultKind.Internal, "connection.setting_missing", $"The connection {connection.Key} has no usable {missing[0]}. Give it a value without line breaks."));
        var answer = await exchange.SendAsync(Request(parameters), ct);
        using var body = AnswerBody.Read(answer);
        if (answer.Status is 401 or 403)
            return new(SignInRefused, Pause);
        if (answer.Status == 429)
            throw new ExchangeException(new Fault(FaultKind.Throttled, "session.locked", $"{Target} has locked the log-in after wrong passwords. Nothing is sent until it opens again.", RetryAfter: HttpFaults.RetryAfter(answer.Header("Retry-After"), Clock.GetUtcNow()) ?? Pause));
        if (!answer.IsSuccess)
            throw new ExchangeException(answer.Status == 404
                ? new Fault(FaultKind.Internal, "session.no_such_place", $"There is nothing at the address of {Target}. Check the address of the connection; the database may be part of it.")
                : HttpFaults.From(answer, Target, Clock.GetUtcNow()));
        if (body.IsMarkup || !body.IsJson)
            throw new ExchangeException(new Fault(FaultKind.Transient, AnswerFaults.UnexpectedContent, $"{Target} answered the log-in with something other than JSON. Check the address of the connection."));
        if (body.Root.ValueKind != JsonValueKind.Object || !body.Root.TryGetProperty("result", out var result)
            || result.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            return new(SignInRefused, Pause);
        scope.Answers["login"] = result.Clone();
        var token = Token.Render(new CallPlace(scope), out var absent)
            ?? throw new ExchangeException(new Fault(FaultKind.Internal, "session.no_token", $"{Target} let us in and did not tell {absent}, of which the session is made."));
        return new(Base64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) : token, Lifetime);
    }

    /// <summary>Not recorded: it carries the password.</summary>
    private ExchangeRequest Request(JsonElement parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
        {
            writer.WriteStartObject();
            if (JsonRpc.Version is { } version)
                writer.WriteString("jsonrpc", version);
            writer.WriteNumber("id", 0);
            writer.WriteString("method", Method);
            writer.WritePropertyName("params");
            parameters.WriteTo(writer);
            writer.WriteEndObject();
        }

        return new()
        {
            Method = HttpMethod.Post,
            Path = JsonRpc.Path,
            Authenticated = false,
            ContentType = "application/json",
            Body = buffer.WrittenMemory,
            Headers = { ["Accept"] = "application/json" },
        };
    }

    private ReadOnlyMemory<byte> Inserted(ReadOnlyMemory<byte> body, CallScope scope)
    {
        if (body.IsEmpty)
            return body;
        var before = Insert!.Render(new CallPlace(scope), []);
        using var document = JsonDocument.Parse(body);
        var buffer = new ArrayBufferWriter<byte>(body.Length + 256);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
            Copy(writer, document.RootElement, 0, before);
        return buffer.WrittenMemory;
    }

    private void Copy(Utf8JsonWriter writer, JsonElement from, int depth, JsonElement before)
    {
        if (depth == InsertAt.Count)
        {
            writer.WriteStartArray();
            foreach (var entry in before.EnumerateArray().Concat(from.ValueKind == JsonValueKind.Array ? from.EnumerateArray() : []))
                entry.WriteTo(writer);
            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        foreach (var member in from.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (member.Name == InsertAt[depth])
                Copy(writer, member.Value, depth + 1, before);
            else
                member.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private CallScope Scope(Connection connection, string session) => new()
    {
        Setting = name => connection.Setting(name) ?? Defaults.GetValueOrDefault(name),
        Secret = connection.Secret,
        Named = new Dictionary<string, SourceValue> { ["session"] = SourceValue.Of(session) },
    };

    private Fault Wrong() => new(FaultKind.Authentication, "session.refused",
        $"{Target} does not accept user and password of the connection. They are not tried again for {Pause.TotalMinutes:0} minutes, unless they are changed.");

    /// <summary>Other credentials are another session: a corrected password is tried at once.</summary>
    private string Name(Connection connection)
    {
        var text = Params.Render(new CallPlace(Scope(connection, "")), []).GetRawText();
        return "json-rpc/" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
