using System.Globalization;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Edi.Writing;

namespace Connectors.Protocols.X12;

/// <summary>Writes 997 or 999 for the groups of an interchange, as ST to SE.</summary>
internal sealed class X12Acknowledgement(SegmentWriter writer, bool implementation, EdiSeparators separators)
{
    private const int MostErrorsOfSet = 50;
    private const int LongestValue = 99;

    private readonly string _segment = implementation ? "IK3" : "AK3";
    private readonly string _element = implementation ? "IK4" : "AK4";
    private readonly string _result = implementation ? "IK5" : "AK5";

    public string Set => implementation ? "999" : "997";

    /// <param name="number">Of the set: counts the groups.</param>
    public void Write(EdiGroup group, List<(EdiSet Set, SetText Text)> sets, int number)
    {
        var control = number.ToString("0000", CultureInfo.InvariantCulture);
        writer.BeginSet();
        if (implementation)
            writer.Write("ST", Set, control, "005010X231A1");
        else
            writer.Write("ST", Set, control);
        if (implementation)
            writer.Write("AK1", group.FunctionalId, group.ControlNumber, group.Version);
        else
            writer.Write("AK1", group.FunctionalId, group.ControlNumber);
        foreach (var (set, _) in sets)
            Result(set);
        var accepted = group.Problems.Count > 0 ? 0 : sets.Count(s => s.Set.Problems.Count == 0);
        writer.Write("AK9",
        [
            group.Problems.Count > 0 || accepted == 0 && sets.Count > 0 ? "R" : accepted == sets.Count ? "A" : "P",
            Text(group.StatedSets ?? group.Sets), Text(sets.Count), Text(accepted),
            .. group.Problems.Select(p => X12Codes.Group(p.Fault)).Distinct().Take(5),
        ]);
        writer.Write("SE", Text(writer.Count + 1), control);
    }

    private void Result(EdiSet set)
    {
        writer.Write("AK2", set.Id, set.ControlNumber);
        foreach (var at in set.Problems.Where(p => p.Fault.IsOfSegment()).GroupBy(p => (p.Segment, p.Tag, Whole: !p.Fault.IsOfElement())).Take(MostErrorsOfSet))
        {
            var first = at.First();
            writer.Write(_segment, at.Key.Tag == "???" ? "ZZZ" : at.Key.Tag, Text(at.Key.Segment), "", X12Codes.Segment(first.Fault));
            foreach (var problem in at.Where(p => p.Fault.IsOfElement()).Take(20))
                writer.Write(_element, problem.Component > 0 ? $"{Text(problem.Element)}\0{Text(problem.Component)}" : Text(problem.Element), "", X12Codes.Element(problem.Fault), Echo(problem.Value));
        }

        writer.Write(_result, set.Problems.Count == 0 ? ["A"] : ["R", .. set.Problems.Select(p => X12Codes.Set(p.Fault)).Distinct().Take(5)]);
    }

    /// <summary>What stood there, where it can be written back.</summary>
    private string Echo(string? value) =>
        value is { Length: > 0 and <= LongestValue } && value.All(c => c is >= ' ' and <= '~' && !separators.IsSeparator((byte)c)) ? value : "";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
