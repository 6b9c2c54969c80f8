using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Repair;

/// <summary>Settings of repairing: section <c>ControlPlane:Repair</c>.</summary>
public sealed class RepairOptions
{
    public const string Section = "ControlPlane:Repair";

    /// <summary>Path of a document <c>kind: EditPolicy</c> in place of the shipped one; empty = the shipped one. Read at start.</summary>
    [MaxLength(500)]
    public string EditPolicy { get; set; } = "";

    /// <summary>Seconds between two looks at what held orders wait for, 1 to 3,600.</summary>
    [Range(1, 3600)]
    public int LookAtHoldsSeconds { get; set; } = 1;

    /// <summary>Seconds between two questions for the same figure that held orders wait for, 10 to 86,400.</summary>
    [Range(10, 86_400)]
    public int AskFiguresSeconds { get; set; } = 60;
}

/// <summary>Reads <c>kind: EditPolicy</c>. Strict: whatever is unknown is a problem with line and key.</summary>
internal static class EditPolicies
{
    private static readonly Dictionary<string, EditType> Types = new()
    {
        ["text"] = EditType.Text,
        ["email"] = EditType.Email,
        ["phone"] = EditType.Phone,
        ["country"] = EditType.Country,
        ["date"] = EditType.Date,
        ["code"] = EditType.Code,
    };

    /// <summary>What the product brings along.</summary>
    public static EditPolicy Shipped()
    {
        using var stream = typeof(EditPolicies).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Repair.Shipped.edit-policy.yaml")!;
        using var reader = new StreamReader(stream);
        return Required(reader.ReadToEnd(), "edit-policy.yaml");
    }

    /// <exception cref="StartProblem">The file is not there, or says something that is not allowed.</exception>
    public static EditPolicy FromFile(string path)
    {
        try
        {
            return Required(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StartProblem($"The edit policy {path} cannot be used. {e.Message} It is named by {RepairOptions.Section}:{nameof(RepairOptions.EditPolicy)}.");
        }
    }

    private static EditPolicy Required(string text, string source)
    {
        var problems = new List<EstateProblem>();
        var policy = Read(text, source, problems);
        return problems.Count == 0 ? policy : throw new InvalidDataException(string.Join(" ", problems));
    }

    public static EditPolicy Read(string text, string source, ICollection<EstateProblem> problems)
    {
        var fields = new List<EditField>();
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        var version = 0;
        foreach (var document in StrictYaml.Documents(text, source, problems))
        {
            if (document.Text("kind") != "EditPolicy")
                document.Problem("kind", "Allowed: EditPolicy.");
            version = document.Number("version", 0, 1, int.MaxValue);
            foreach (var (code, title) in document.Map("reasons"))
                reasons[code] = title;
            foreach (var (currency, amount) in document.Map("secondPersonAbove"))
                if (Currencies.IsKnown(currency) && long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
                    limits[currency] = minor;
                else
                    document.Problem("secondPersonAbove", $"Allowed: a currency and an amount in its minor units, as EUR: 500000. Found {currency}: {amount}.");
            foreach (var entry in document.Children("fields"))
                fields.Add(Field(entry, fields));
            document.Done();
        }

        return new(version, fields, reasons, limits);
    }

    private static EditField Field(StrictYaml y, List<EditField> before)
    {
        var field = new EditField(y.Text("path"), y.Text("title"), y.Choice("type", Types, EditType.Text, required: true))
        {
            Longest = y.Number("longest", 200, 1, 500),
            Pattern = PatternOf(y),
            Crosswalk = y.Optional("crosswalk"),
            MayBeEmpty = y.Flag("empty", false),
            Roles = y.Texts("roles"),
            Flows = y.Texts("flows"),
            Connections = y.Texts("connections"),
            SecondPerson = y.Flag("secondPerson", false),
            Personal = y.Flag("personal", false),
        };
        if (before.Any(f => f.Path == field.Path))
            y.Problem("path", $"There are two entries for {field.Path}.");
        if (field.Path.Contains("quantity", StringComparison.OrdinalIgnoreCase) || field.Path.EndsWith("Minor", StringComparison.Ordinal) || field.Path is "currency" or "externalId" or "number" or "status" || field.Path.EndsWith("channelLineRef", StringComparison.Ordinal))
            y.Problem("path", "Amounts, quantities and the channel's own keys cannot be opened: what was agreed is corrected where it was agreed.");
        foreach (var role in field.Roles.Where(r => !Identity.PortalRoles.All.Contains(r)))
            y.Problem("roles", $"There is no role {role}. Allowed: {string.Join(", ", Identity.PortalRoles.All)}.");
        y.Done();
        return field;
    }

    private static Regex? PatternOf(StrictYaml y)
    {
        if (y.Optional("pattern") is not { Length: > 0 } pattern)
            return null;
        try
        {
            return new($"^(?:{pattern})$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            y.Problem("pattern", $"This is no pattern that can be used: {e.Message}");
            return null;
        }
    }
}
