using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Repair;

/// <summary>What a value must look like.</summary>
public enum EditType
{
    Text,
    Email,
    Phone,

    /// <summary>ISO 3166-1 alpha-2.</summary>
    Country,

    /// <summary>An instant, or a day: its end in UTC.</summary>
    Date,

    /// <summary>A code without spaces: a SKU, a service.</summary>
    Code,
}

/// <summary>One field that may be changed.</summary>
/// <param name="Path">See <see cref="OrderPaths.Pattern"/>.</param>
/// <param name="Title">For people: "ship-to street".</param>
public sealed record EditField(string Path, string Title, EditType Type)
{
    public int Longest { get; init; } = 200;

    /// <summary>The whole value must fit; null = anything.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>The value must be our code in this crosswalk; null = it need not.</summary>
    public string? Crosswalk { get; init; }

    public bool MayBeEmpty { get; init; }

    /// <summary>Who may change it; empty = everybody who may free orders.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>In which flows; empty = all.</summary>
    public IReadOnlyList<string> Flows { get; init; } = [];

    /// <summary>Of which channels, by the key of their connection; empty = all.</summary>
    public IReadOnlyList<string> Connections { get; init; } = [];

    /// <summary>True: it always needs a second person.</summary>
    public bool SecondPerson { get; init; }

    /// <summary>True: shown to administrators only, as everywhere else. Who may change it need not see what stands there.</summary>
    public bool Personal { get; init; }
}

/// <summary>A change that somebody asks for.</summary>
/// <param name="Path">Of the order: <c>lines[L1].sku</c>.</param>
public sealed record FieldChange(string Path, string? Value);

/// <summary>Which fields of an order people may change, who, and when a second person has to agree. Data; pure.</summary>
public sealed record EditPolicy(int Version, IReadOnlyList<EditField> Fields, IReadOnlyDictionary<string, string> Reasons, IReadOnlyDictionary<string, long> SecondPersonAbove)
{
    public const int MostChanges = 50;

    /// <summary>The fields that a person may change of this order.</summary>
    public IEnumerable<EditField> For(string flow, string connection, Func<string, bool> hasRole) => Fields.Where(f =>
        (f.Flows.Count == 0 || f.Flows.Contains(flow)) && (f.Connections.Count == 0 || f.Connections.Contains(connection)) && (f.Roles.Count == 0 || f.Roles.Any(hasRole)));

    public EditField? Find(string path) => Fields.FirstOrDefault(f => f.Path == OrderPaths.Pattern(path));

    /// <summary>Null when one person is enough; otherwise why not.</summary>
    public string? NeedsSecondPerson(CanonicalOrder order, IEnumerable<FieldChange> changes)
    {
        if (order.TotalMinor is { } total && SecondPersonAbove.TryGetValue(order.Currency, out var limit) && total > limit)
            return $"Orders over {new Money(limit, order.Currency)} need a second person.";
        return changes.Select(c => Find(c.Path)).FirstOrDefault(f => f is { SecondPerson: true }) is { } field ? $"A change of the {field.Title} needs a second person." : null;
    }

    /// <summary>Everything that is wrong with a change, before anything is sent. Messages never hold values, which may be personal.</summary>
    /// <param name="knows">Whether our side of a crosswalk has a code.</param>
    public IReadOnlyList<Refusal> Check(CanonicalOrder order, IReadOnlyList<FieldChange> changes, string flow, string connection, Func<string, bool> hasRole, Func<string, string, bool> knows)
    {
        var refusals = new List<Refusal>();
        if (changes.Count is 0 or > MostChanges)
            refusals.Add(new("edit.nothing", "", $"Change 1 to {MostChanges} fields."));
        foreach (var twice in changes.GroupBy(c => c.Path).Where(g => g.Count() > 1))
            refusals.Add(new("edit.twice", twice.Key, "This field is named twice."));
        var allowed = For(flow, connection, hasRole).ToList();
        foreach (var change in changes.DistinctBy(c => c.Path))
        {
            var pattern = OrderPaths.Pattern(change.Path);
            if (allowed.FirstOrDefault(f => f.Path == pattern) is not { } field)
                refusals.Add(Fields.Any(f => f.Path == pattern)
                    ? new("edit.role", change.Path, "Your role, this flow or this channel does not allow to change this field.")
                    : new("edit.field", change.Path, "This field is not open to changes. Correct it where it comes from."));
            else if (!OrderPaths.Expand(order, field.Path).Contains(change.Path))
                refusals.Add(new("edit.line", change.Path, "The order has no such line."));
            else if (Problem(field, change.Value, knows) is { } problem)
                refusals.Add(new("edit.value", change.Path, $"The {field.Title}: {problem}"));
        }

        return refusals;
    }

    private static string? Problem(EditField field, string? value, Func<string, string, bool> knows)
    {
        if (string.IsNullOrWhiteSpace(value))
            return field.MayBeEmpty ? null : "a value is needed.";
        if (value.Length > field.Longest)
            return $"at most {field.Longest} characters.";
        if (value.Any(char.IsControl))
            return "no line ends or control characters.";
        if (value != value.Trim())
            return "no spaces at the ends.";
        if (field.Pattern is { } pattern && !pattern.IsMatch(value))
            return "it has not the form that is asked for here.";
        var problem = field.Type switch
        {
            EditType.Email when !MailAddress.TryCreate(value, out _) || value.Contains(' ', StringComparison.Ordinal) => "a mail address like name@example.com.",
            EditType.Phone when value.Count(char.IsAsciiDigit) is < 5 or > 15 || value.Any(c => !(char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '/' or '.')) => "a phone number with 5 to 15 digits.",
            EditType.Country when !CountryCodes.IsKnown(value) => "a country code of two capital letters, as DE or US (ISO 3166-1).",
            EditType.Date when Instant(value) is null => "a day like 2026-11-30, or an instant like 2026-11-30T16:00:00Z.",
            EditType.Code when value.Any(char.IsWhiteSpace) => "a code without spaces.",
            _ => null,
        };
        return problem ?? (field.Crosswalk is { } table && !knows(table, value) ? $"the crosswalk {table} does not know this code." : null);
    }

    /// <summary>How a value is kept: a day is the end of it.</summary>
    public static string? Kept(EditField field, string? value) =>
        string.IsNullOrWhiteSpace(value) ? null : field.Type == EditType.Date && Instant(value) is { } at ? at.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture) : value;

    private static DateTimeOffset? Instant(string value)
    {
        if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero);
        return DateTimeOffset.TryParseExact(value, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }
}
