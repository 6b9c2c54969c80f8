using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// Authenticates what an operation sends and notes request and answer, so that the trace shows what really went over the
/// wire. Credentials are added after the note is taken.
/// </summary>
internal sealed partial class RecordingExchange(OutboundGateway gateway, Connection connection, IConnector connector, AttemptContext about, TimeProvider clock) : IExchange
{
    public List<AttemptRow> Attempts { get; } = [];

    public List<PayloadRow> Payloads { get; } = [];

    /// <summary>The last that came, to whatever was asked; null when the last call brought none.</summary>
    public ExchangeAnswer? LastAnswer { get; private set; }

    /// <summary>The last call asked for a token.</summary>
    public bool LastSignsIn { get; private set; }

    /// <summary>True while only asking whether an earlier write arrived.</summary>
    public bool LookingUp { get; set; }

    /// <summary>Nobody waits for it; see <see cref="RateBudget.Reserve"/>.</summary>
    public bool Polling { get; init; }

    /// <summary>Asked at the last moment before a write leaves; null: it may always.</summary>
    public Func<bool>? MayWrite { get; init; }

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (!request.Authenticated)
            return await GoAsync(request, ct);
        using var activity = ControlPlaneTelemetry.StartCall(connection.Key, about.Operation, request.Method.Method, request.Absolute ?? connection.BaseAddress, about.TraceParent);
        if (activity is not null)
            request.Headers["traceparent"] = activity.Id!;
        else if (about.TraceParent is { } trace)
            request.Headers["traceparent"] = TraceContext.Child(trace);
        var row = Note(request);
        if (about.TransactionId != Guid.Empty)
            activity?.SetTag(ControlPlaneTelemetry.TransactionTag, about.TransactionId.ToString("D")).SetTag(ControlPlaneTelemetry.AttemptTag, row.Id.ToString("D"));
        var from = Stopwatch.GetTimestamp();
        try
        {
            await connector.AuthenticateAsync(request, connection, gateway.Tokens, this, ct);
            var answer = await GoAsync(request, ct);
            // The token may have been revoked before its time: fetch another, once.
            if (connector.RenewCredentials(answer, connection, gateway.Tokens))
            {
                await connector.AuthenticateAsync(request, connection, gateway.Tokens, this, ct);
                answer = await GoAsync(request, ct);
            }

            row.Status = answer.Status;
            row.AnswerPayloadId = Keep(answer.Body, answer.ContentType);
            return answer;
        }
        catch (ExchangeException e)
        {
            Blame(row, e.Fault);
            throw;
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(from);
            row.DurationMicroseconds = (int)Math.Min(int.MaxValue, took.TotalMicroseconds);
            var outcome = row.Status > 0 ? row.Status.ToString(CultureInfo.InvariantCulture) : row.FaultCode ?? "stopped";
            ControlPlaneTelemetry.RecordCall(connection.Key, about.Operation, outcome, took);
            ControlPlaneTelemetry.EndCall(activity, row.Status, outcome, about.Number);
        }
    }

    private async Task<ExchangeAnswer> GoAsync(ExchangeRequest request, CancellationToken ct)
    {
        (LastAnswer, LastSignsIn) = (null, !request.Authenticated);
        return LastAnswer = await gateway.SendAsync(connection, connector, request, ct, MayWrite, Polling);
    }

    /// <summary>The operation read a failure out of the last answer.</summary>
    public void Blame(Fault fault)
    {
        if (Attempts is [.., var last])
            Blame(last, fault);
    }

    private static void Blame(AttemptRow row, Fault fault)
    {
        row.FaultKind = fault.Kind;
        row.FaultCode = PayloadRows.Cut(fault.Code, Persistence.ColumnLengths.Code);
        row.FaultMessage = PayloadRows.Cut(fault.Message, Persistence.ColumnLengths.Summary);
    }

    private AttemptRow Note(ExchangeRequest request)
    {
        var row = new AttemptRow
        {
            Id = EntityId.New(clock),
            TenantId = about.TenantId,
            TransactionId = about.TransactionId,
            Step = about.Step,
            Occurrence = about.Occurrence,
            Number = about.Number,
            Connection = connection.Key,
            Operation = about.Operation,
            Method = request.Method.Method,
            Path = PayloadRows.Cut(MailAddress().Replace(request.Path, "[mail]"), Persistence.ColumnLengths.Path)!,
            StartedAt = clock.GetUtcNow().ToMicroseconds(),
            LookUp = LookingUp,
            RequestPayloadId = Keep(request.Body, request.ContentType),
        };
        Attempts.Add(row);
        return row;
    }

    /// <summary>A look-up by mail address puts it into the path, and paths are shown to everybody.</summary>
    [GeneratedRegex("[A-Za-z0-9._+-]+(?:@|%40)[A-Za-z0-9.-]+", RegexOptions.NonBacktracking)]
    private static partial Regex MailAddress();

    private Guid? Keep(ReadOnlyMemory<byte> body, string? contentType)
    {
        if (body.IsEmpty)
            return null;
        var row = PayloadRows.Make(about.TenantId, body, contentType, clock);
        Payloads.Add(row);
        return row.Id;
    }
}

internal sealed record AttemptContext(int TenantId, Guid TransactionId, string Step, int Occurrence, int Number, string Operation, string? TraceParent);
