using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

/// <summary>The crosswalk of an outgoing row, ready to be applied.</summary>
internal sealed class OutgoingCrosswalk(MappingRow row, SourcePath? by, SourceValue fallback)
{
    private readonly CrosswalkRule _rule = row.Crosswalk!;

    /// <summary>Says what is wrong; null with <paramref name="found"/> null when the row has none.</summary>
    public static string? Find(MappingRow row, ValueConversion conversion, RowLines lines, SourceValue fallback, out OutgoingCrosswalk? found)
    {
        found = null;
        if (row.Crosswalk is not { } rule)
            return null;
        if (row.Values is not null)
            return "A row has values or a crosswalk, and not both.";
        if (row.Sources.Count == 0 && row.Expression is null)
            return "A constant value needs no crosswalk.";
        if (rule.Problem(row.Default is not null, row.Required) is { } problem)
            return problem;
        if (rule.Use == CrosswalkUse.Code && !conversion.YieldsText)
            return "A crosswalk yields text. Leave out the conversion, or use text, upper, lower, trim or cut:N.";
        if (rule.Use != CrosswalkUse.Code && row.Sources.Any(s => SourcePaths.Find(s)?.Kind is not (SourceKind.Integer or SourceKind.Money or SourceKind.Text)))
            return "A crosswalk converts quantities and prices, and one of the sources is neither.";
        SourcePath? by = null;
        if (rule.By is { } name && lines.Find(name, together: false, out by) is { } wrong)
            return "The code of the crosswalk: " + wrong;
        found = new(row, by, fallback);
        return null;
    }

    /// <summary>False where there is no entry, and the row then writes nothing.</summary>
    public bool LeavesSomething(in MappingScope scope, in SourceValue value) =>
        _rule.OnMissing != CrosswalkMissing.LeaveOut
        || CodeOf(in scope, in value) is { } code && scope.Input.Crosswalks.Uncounted().Find(_rule.Table, code, _rule.Direction, scope.Input.CrosswalksAt) is not null;

    /// <summary>Changes the value; null when that is done, otherwise why it cannot be.</summary>
    public Refusal? Apply(in MappingScope scope, string template, string field, ref SourceValue value, out string? entry)
    {
        entry = null;
        if (CodeOf(in scope, in value) is not { } code)
            return Without(ref value, MappingRefusals.Missing(template, row.Target, [by?.FieldAt(scope.Index) ?? field]));
        if (scope.Input.Crosswalks.Find(_rule.Table, code, _rule.Direction, scope.Input.CrosswalksAt) is not { } hit)
            return Without(ref value, MissingEquivalence.Refuse(_rule, scope.Input.Crosswalks, code, scope.Input.Connection.DisplayName, $"{row.Target} in {template}", field));
        entry = hit.Entry;
        if (_rule.Use == CrosswalkUse.Code)
        {
            value = SourceValue.Of(hit.Value);
            return null;
        }

        return Convert(hit, code, template, field, ref value);
    }

    private string? CodeOf(in MappingScope scope, in SourceValue value)
    {
        var text = _rule.Code ?? (by is null ? value : by.Read(in scope)).ToText();
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private Refusal? Without(ref SourceValue value, Refusal refusal)
    {
        switch (_rule.OnMissing)
        {
            case CrosswalkMissing.Refuse:
                return refusal;
            case CrosswalkMissing.Default:
                value = fallback;
                return null;
            case CrosswalkMissing.LeaveOut:
                value = default;
                return null;
            default:
                return null;
        }
    }

    private Refusal? Convert(CrosswalkHit hit, string code, string template, string field, ref SourceValue value)
    {
        var number = 0m;
        if (value.Kind == SourceKind.Text && !decimal.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
            return MappingRefusals.Of(MappingRefusals.NotANumber, template, row.Target, field);
        var converted = _rule.Convert(value.Kind == SourceKind.Text ? number : value.Integer, hit.Factor);
        if (value.Kind == SourceKind.Text)
        {
            value = SourceValue.Of(converted.ToString("0.############################", CultureInfo.InvariantCulture));
            return null;
        }

        if (converted != decimal.Truncate(converted) || Math.Abs(converted) > long.MaxValue)
            return new("crosswalk.not_exact", field, string.Create(CultureInfo.InvariantCulture, $"{row.Target} in {template} does not come out even in {code}, of which one is {hit.Factor} of ours ({hit.Entry}). Correct the factor, or send it in our unit."));
        value = value.Kind == SourceKind.Money ? SourceValue.OfMoney((long)converted, value.Text) : SourceValue.Of((long)converted);
        return null;
    }
}
