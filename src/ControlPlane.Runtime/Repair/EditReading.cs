using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <summary>Reads changes for one person: who may change a value need not see it.</summary>
internal static class EditReading
{
    public static async Task<IReadOnlyList<EditItem>> OfAsync(ControlPlaneDbContext context, EditPolicy policy, Guid? transaction, Person who, CancellationToken ct)
    {
        var rows = context.TransactionOverlays.AsNoTracking();
        rows = transaction is { } id ? rows.Where(o => o.TransactionId == id).OrderByDescending(o => o.Version).Take(50) : rows.Where(o => o.State == OverlayState.Proposed).OrderBy(o => o.CreatedAt).Take(200);
        var found = await rows.Join(context.Transactions.AsNoTracking(), o => o.TransactionId, t => t.Id, (o, t) => new { Overlay = o, t.Number }).ToListAsync(ct);
        var items = found.Select(f => Item(f.Overlay, f.Number, policy, who));
        return [.. transaction is null ? items.OrderBy(i => i.At) : items.OrderByDescending(i => i.Version)];
    }

    public static EditItem Item(TransactionOverlayRow row, string number, EditPolicy policy, Person who) => new(
        row.Id, row.TransactionId, number, row.Version, row.State, [.. Fields(row).Select(e => Field(e, policy, who))], policy.Reasons.GetValueOrDefault(row.Reason, row.Reason), row.Note, row.Author,
        who.IsSameAs(row.AuthorId, row.Author), Instant.FromMicroseconds(row.CreatedAt), row.DecidedBy, row.DecidedAt is { } at ? Instant.FromMicroseconds(at) : null, row.Decision);

    public static EditedField Field(FieldEdit edit, EditPolicy policy, Person who)
    {
        var field = policy.Find(edit.Path);
        // What is personal stays so, also when the policy that opened it is another today.
        var hidden = (field?.Personal ?? true) && !who.Is(PortalRoles.Admin);
        return new(edit.Path, Title(field, edit.Path), Shown(edit.Old, hidden), Shown(edit.New, hidden), hidden);
    }

    /// <summary>"SKU of a line L1".</summary>
    public static string Title(EditField? field, string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        return field is null ? path : open < 0 ? field.Title : $"{field.Title} ({path[(open + 1)..path.LastIndexOf(']')]})";
    }

    /// <summary>"Line 1, TEE-M: SKU": a line's own reference says nothing to people.</summary>
    public static string Title(EditField field, string path, CanonicalOrder order)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        var at = open < 0 ? -1 : order.Lines.ToList().FindIndex(l => l.ChannelLineRef == path[(open + 1)..path.LastIndexOf(']')]);
        if (at < 0)
            return Title(field, path);
        const string OfLine = " of a line";
        var article = order.Lines[at] is { Sku: { Length: > 0 } sku } ? sku : order.Lines[at].Title;
        var what = field.Title.EndsWith(OfLine, StringComparison.Ordinal) ? field.Title[..^OfLine.Length] : field.Title;
        return string.Create(CultureInfo.InvariantCulture, $"Line {at + 1}{(string.IsNullOrEmpty(article) ? "" : $", {article}")}: {what}");
    }

    public static string? Shown(string? value, bool hidden) => value is null ? null : hidden ? PayloadMask.Mask : value;

    public static List<FieldEdit> Fields(TransactionOverlayRow row) => JsonSerializer.Deserialize<List<FieldEdit>>(row.Fields, JsonSerializerOptions.Web)!;

    public static string Write(IEnumerable<FieldEdit> fields) => JsonSerializer.Serialize(fields, JsonSerializerOptions.Web);

    /// <summary>For the journal: what everybody may see.</summary>
    public static string Words(IEnumerable<FieldEdit> fields, EditPolicy policy) => string.Join(", ", fields.Select(e => policy.Find(e.Path) is { Personal: false } open
        ? $"{Title(open, e.Path)}: {e.Old ?? "nothing"} → {e.New ?? "nothing"}"
        : Title(policy.Find(e.Path), e.Path)));
}
