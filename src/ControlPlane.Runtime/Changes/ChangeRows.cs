using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Changes;

/// <summary>A change as its row keeps it.</summary>
internal static class ChangeRows
{
    public static OrderChangeRow Row(Activation a, OpenChange change, ChangeState state, string outcome, Guid? returned, DateTimeOffset? ended) => new()
    {
        Id = change.Id,
        TenantId = a.Work.TenantId,
        TransactionId = a.Work.TransactionId,
        Number = change.Number,
        Kind = change.Kind,
        State = state,
        Summary = PayloadRows.Cut(change.Summary, ColumnLengths.Summary)!,
        Outcome = PayloadRows.Cut(outcome, ColumnLengths.Summary)!,
        BaseVersion = change.Base,
        Differences = JsonSerializer.Serialize([.. change.Differences], ChangeJson.Default.ListString),
        Systems = JsonSerializer.Serialize([.. change.Systems], ChangeJson.Default.ListSystemChange),
        RequestedAt = change.RequestedAt.ToMicroseconds(),
        EndedAt = ended?.ToMicroseconds(),
        ReturnId = returned,
    };

    public static IReadOnlyList<SystemChange> SystemsOf(OrderChangeRow row) => JsonSerializer.Deserialize(row.Systems, ChangeJson.Default.ListSystemChange) ?? [];

    public static IReadOnlyList<string> DifferencesOf(OrderChangeRow row) => JsonSerializer.Deserialize(row.Differences, ChangeJson.Default.ListString) ?? [];
}

/// <summary>How a change ended, for people.</summary>
internal static class ChangeWords
{
    public static string Outcome(ChangeState state, OpenChange change, string? returned) => (state, change.Kind) switch
    {
        (ChangeState.Done, ChangeKind.Cancellation) when change.Systems.All(s => s.Answer == SystemAnswer.NotTold) => "The channel cancelled the order before a system was told of it.",
        (ChangeState.Done, ChangeKind.Cancellation) => "The channel cancelled the order, and every system that had it took the cancellation.",
        (ChangeState.Done, _) => $"The change of the channel counts: {string.Join(", ", change.Differences)}.",
        (ChangeState.TooLate, _) => $"Too late: the goods leave as they were ordered.{(returned is null ? " No flow takes return.opened: see to the return by hand." : $" The return {returned} was begun.")}",
        (ChangeState.Declined, _) => $"{change.DeclinedBy} let the order run on as it was.",
        _ => "",
    };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<SystemChange>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class ChangeJson : JsonSerializerContext;
