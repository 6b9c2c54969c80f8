using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings.Incoming;

internal enum CrosswalkOutcome : byte
{
    /// <summary>There is a value, or the row's default takes its place.</summary>
    GoesOn,

    /// <summary>Nothing is written: it was refused, or is left out.</summary>
    Ended,
}

/// <summary>The crosswalk of an incoming row, ready to be applied.</summary>
internal sealed class IncomingCrosswalk(CrosswalkRule rule, RowSource? by, IncomingConversion conversion)
{
    /// <summary>Null when the row has none, or something is wrong with it, which is then said.</summary>
    public static IncomingCrosswalk? Compile(IncomingRow row, IncomingTarget target, IncomingConversion conversion, Func<string, RowSource?> source, Action<string> problem)
    {
        if (row.Crosswalk is not { } rule)
            return null;
        var number = target.Type is IncomingType.Amount or IncomingType.Quantity;
        if (row.Values is not null)
            problem("A row has values or a crosswalk, and not both.");
        else if (row.Value is not null)
            problem("A constant value needs no crosswalk.");
        else if (rule.Problem(row.Default is not null, row.Required || target.Needed) is { } wrong)
            problem(wrong);
        else if (rule.Use == CrosswalkUse.Code && target.Type is not (IncomingType.Text or IncomingType.Id))
            problem($"A crosswalk yields text, and {target.Path} is {IncomingConversion.Word(target.Type)}. To convert units, write use: quantity or use: price.");
        else if (rule.Use != CrosswalkUse.Code && !number)
            problem($"A crosswalk converts quantities and prices, and {target.Path} is {IncomingConversion.Word(target.Type)}.");
        else
            return new(rule, rule.By is { } at ? source(at) : null, conversion);
        return null;
    }

    public string? Apply(in RowScope scope, string text, IncomingTarget target, string field, List<Refusal> refusals, out CrosswalkOutcome outcome, out string? entry)
    {
        outcome = CrosswalkOutcome.GoesOn;
        entry = null;
        var code = rule.Code ?? (by is null ? text : by.Read(in scope));
        var at = scope.TargetOf(target.Path);
        if (string.IsNullOrWhiteSpace(code))
            return Without(text, new(MappingRefusals.RequiredMissing, scope.At(by!.Text), $"{at} needs its unit, and {by.Text} has no value."), refusals, out outcome);
        if (scope.Input.Crosswalks.Find(rule.Table, code, rule.Direction, scope.Input.ReceivedAt) is not { } hit)
            return Without(text, MissingEquivalence.Refuse(rule, scope.Input.Crosswalks, code, scope.Input.Connection.DisplayName, at, by is null ? field : scope.At(by.Text)), refusals, out outcome);
        entry = hit.Entry;
        if (rule.Use == CrosswalkUse.Code)
            return hit.Value;
        // What is no number is refused in a moment, with the words for that.
        return conversion.Number(text) is { } number ? conversion.Write(rule.Convert(number, hit.Factor)) : text;
    }

    private string? Without(string text, Refusal refusal, List<Refusal> refusals, out CrosswalkOutcome outcome)
    {
        outcome = rule.OnMissing is CrosswalkMissing.Refuse or CrosswalkMissing.LeaveOut ? CrosswalkOutcome.Ended : CrosswalkOutcome.GoesOn;
        if (rule.OnMissing == CrosswalkMissing.Refuse)
            refusals.Add(refusal);
        return rule.OnMissing == CrosswalkMissing.Keep ? text : null;
    }
}
