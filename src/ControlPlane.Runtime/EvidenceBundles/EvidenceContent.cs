using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>A body in the bundle.</summary>
/// <param name="Path">Of its file; null where the body is not kept any more, or did not fit.</param>
/// <param name="Original">SHA-256 of the raw bytes as they came or went, hex: it proves a masked body, too, once the original is shown.</param>
/// <param name="Masked">True when personal data is hidden in the file.</param>
public sealed record EvidenceBody(TransactionDocument Document, string? Path, string? Original, bool Masked, string? Left);

/// <summary>What <c>bundle.json</c> says. Pure: the same transaction gives the same bytes.</summary>
internal static class EvidenceContent
{
    public const string Format = "controlplane-evidence/1";

    public static JsonObject Of(TransactionDetail d, IReadOnlyList<EvidenceBody> bodies, DateTimeOffset at, string by, bool masked)
    {
        var verdict = d.Verdict(at, TimeZoneInfo.Utc);
        return new()
        {
            ["format"] = Format,
            ["exportedAt"] = Time(at),
            ["exportedBy"] = by,
            ["personalDataMasked"] = masked,
            ["cut"] = d.Cut,
            ["head"] = new JsonObject
            {
                ["id"] = d.Head.Id.ToString("D"), ["kind"] = d.Head.Kind, ["number"] = d.Head.Number, ["reference"] = d.Head.Reference, ["channel"] = d.Head.Channel.Key, ["channelName"] = d.Head.Channel.DisplayName,
                ["state"] = d.Head.State.Word(), ["stage"] = d.Head.Stage, ["total"] = d.Head.Total?.ToDecimalText(), ["currency"] = d.Head.Total?.Currency, ["lines"] = d.Head.LineCount,
                ["placedAt"] = Time(d.Head.PlacedAt), ["receivedAt"] = Time(d.Head.ReceivedAt), ["closedAt"] = d.Head.ClosedAt is { } closed ? Time(closed) : null,
                ["correlationId"] = d.CorrelationId, ["flow"] = d.Flow, ["flowVersion"] = d.FlowVersion, ["step"] = d.Step, ["traceParent"] = d.TraceParent,
            },
            ["verdict"] = new JsonObject
            {
                ["sentence"] = verdict.Sentence, ["stage"] = verdict.Stage, ["system"] = verdict.System?.Key, ["move"] = verdict.Move.Word(), ["confidence"] = verdict.Confidence.ToString().ToLowerInvariant(), ["since"] = Time(verdict.Since),
                ["nextStep"] = verdict.NextStep, ["evidence"] = new JsonArray([.. verdict.Evidence.Select(e => new JsonObject { ["at"] = Time(e.At), ["text"] = e.Text, ["system"] = e.System })]),
            },
            ["timeline"] = new JsonArray([.. d.Timeline.Select(Entry)]),
            ["attempts"] = new JsonArray([.. d.Attempts.Select(a => Attempt(a, bodies))]),
            ["effects"] = new JsonArray([.. d.Effects.Select(e => new JsonObject
            {
                ["step"] = e.Step, ["occurrence"] = e.Occurrence, ["epoch"] = e.Epoch, ["system"] = e.System.Key, ["operation"] = e.Operation, ["writeKind"] = e.WriteKind.ToString().ToLowerInvariant(), ["state"] = e.State.ToString().ToLowerInvariant(),
                ["idempotencyKey"] = e.IdempotencyKey, ["attempts"] = e.Attempts, ["summary"] = e.Summary, ["intendedAt"] = Time(e.IntendedAt), ["resolvedAt"] = e.ResolvedAt is { } resolved ? Time(resolved) : null,
            })]),
            ["identifiers"] = new JsonArray([.. d.Identifiers.Select(i => new JsonObject { ["kind"] = i.Kind, ["value"] = i.Value })]),
            ["documents"] = new JsonArray([.. bodies.Select(b => new JsonObject
            {
                ["title"] = b.Document.Title, ["kind"] = b.Document.Kind.ToString().ToLowerInvariant(), ["system"] = b.Document.System?.Key, ["at"] = Time(b.Document.At), ["contentType"] = b.Document.ContentType, ["length"] = b.Document.Length,
                ["file"] = b.Path, ["masked"] = b.Masked, ["originalSha256"] = b.Original, ["leftOut"] = b.Left,
            })]),
            ["messages"] = new JsonArray([.. d.Messages.Select(m => new JsonObject { ["id"] = m.Id.ToString("D"), ["system"] = m.System.Key, ["topic"] = m.Topic, ["at"] = Time(m.At), ["delivery"] = m.Parent?.ToString("D"), ["file"] = m.In, ["place"] = m.Place })]),
            ["versions"] = Versions(d),
        };
    }

    /// <summary>Each set of versions with which something was done, in the order of first use.</summary>
    private static JsonArray Versions(TransactionDetail d) => new(
    [
        .. d.Timeline.Where(t => t.Basis is { Mapping: not null } or { Flow: not null }).Select(t => (t.Basis!.Flow, t.Basis.Mapping, t.Basis.Crosswalks)).Distinct()
            .Select(v => new JsonObject { ["flow"] = v.Flow, ["mapping"] = v.Mapping, ["crosswalkRevision"] = v.Crosswalks }),
    ]);

    private static JsonObject Entry(TimelineEntry t) => new()
    {
        ["at"] = Time(t.At), ["sequence"] = t.Sequence, ["type"] = t.Type.ToString(), ["step"] = t.Step, ["stage"] = t.Stage, ["system"] = t.System?.Key, ["summary"] = t.Summary, ["code"] = t.Code, ["attempt"] = t.Attempt,
        ["durationMicroseconds"] = t.DurationMicroseconds, ["attemptId"] = t.AttemptId?.ToString("D"),
        ["flow"] = t.Basis?.Flow, ["mapping"] = t.Basis?.Mapping, ["crosswalkRevision"] = t.Basis?.Crosswalks, ["policy"] = t.Basis?.Policy, ["person"] = t.Basis?.Person,
    };

    private static JsonObject Attempt(AttemptItem a, IReadOnlyList<EvidenceBody> bodies) => new()
    {
        ["id"] = a.Id.ToString("D"), ["step"] = a.Step, ["occurrence"] = a.Occurrence, ["number"] = a.Number, ["system"] = a.System.Key, ["operation"] = a.Operation, ["method"] = a.Method, ["path"] = a.Path.Split('?')[0], ["status"] = a.Status,
        ["startedAt"] = Time(a.StartedAt), ["durationMicroseconds"] = a.DurationMicroseconds, ["lookUp"] = a.LookUp, ["faultKind"] = a.FaultKind?.ToString(), ["faultCode"] = a.FaultCode, ["faultMessage"] = a.FaultMessage,
        ["request"] = bodies.FirstOrDefault(b => b.Document.PayloadId == a.RequestPayloadId)?.Path, ["answer"] = bodies.FirstOrDefault(b => b.Document.PayloadId == a.AnswerPayloadId)?.Path,
    };

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
