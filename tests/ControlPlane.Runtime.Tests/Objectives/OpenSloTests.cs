using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Tests.Objectives;

public sealed class OpenSloTests
{
    private const string Slo = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: { name: orders-in-erp, displayName: Orders reach the ERP, labels: { team: [orders, erp] } }
        spec:
          service: orders
          indicator:
            metadata: { name: order-ingestion }
            spec:
              ratioMetric:
                counter: true
                good: { metricSource: { type: ControlPlane, spec: { indicator: order-ingestion, count: good } } }
                total: { metricSource: { type: ControlPlane, spec: { indicator: order-ingestion, count: total } } }
          timeWindow: [{ duration: 1M, isRolling: false, calendar: { startTime: "2026-01-01 00:00:00", timeZone: Europe/Berlin } }]
          budgetingMethod: Timeslices
          objectives: [{ displayName: Good, target: 0.995, timeSliceTarget: 0.95, timeSliceWindow: 1h }]
        """;

    [Fact]
    public void An_objective_is_read_and_written_and_is_the_same_again()
    {
        var (objects, problems) = OpenSloFile.Read(Slo, "slo.yaml");
        Assert.Empty(problems);
        var objective = Assert.Single(OpenSloObjectives.Of(Assert.Single(objects)));
        Assert.Equal(("orders-in-erp", "Good", "order-ingestion", 0.995m, 0.95m), (objective.Name, objective.Title, objective.Indicator, objective.Target, objective.SliceTarget));
        Assert.Equal(new CalendarWindow(CalendarUnit.Month, 1, new(2026, 1, 1), "Europe/Berlin"), objective.Window);
        Assert.Empty(objective.Problems());
        var written = OpenSloFile.Write([OpenSloObjectives.Write(objective, "orders")]);
        var (again, none) = OpenSloFile.Read(written, "again.yaml");
        Assert.Empty(none);
        Assert.Equal(objective, Assert.Single(OpenSloObjectives.Of(Assert.Single(again))));
    }

    [Theory]
    [InlineData("target: 0.995", "target: 1.5", "spec.objectives[0].target")]
    [InlineData("target: 0.995", "target: 0.995, targetPercent: 99.5", "spec.objectives[0].target")]
    [InlineData(", timeSliceTarget: 0.95", "", "spec.objectives[0].timeSliceTarget")]
    [InlineData("timeSliceWindow: 1h", "timeSliceWindow: 1x", "spec.objectives[0].timeSliceWindow")]
    [InlineData("Timeslices", "Guesses", "spec.budgetingMethod")]
    [InlineData("isRolling: false", "isRolling: true", "spec.timeWindow[0].calendar")]
    [InlineData("Europe/Berlin", "Europe/Entenhausen", "spec.timeWindow[0].calendar.timeZone")]
    [InlineData("2026-01-01 00:00:00", "1 January", "spec.timeWindow[0].calendar.startTime")]
    [InlineData("name: orders-in-erp", "name: Orders In ERP", "metadata.name")]
    [InlineData("service: orders", "", "spec.service")]
    [InlineData("service: orders", "service: orders\n  servise: orders", "spec.servise")]
    [InlineData("good: {", "bad: {", null)]
    [InlineData("total: {", "raw: {", "spec.indicator.spec.ratioMetric.raw")]
    [InlineData("spec: { indicator: order-ingestion, count: good }", "spec: {}", "spec.indicator.spec.ratioMetric.good.metricSource.spec")]
    [InlineData("openslo/v1", "openslo/v1alpha", "apiVersion")]
    [InlineData("kind: SLO", "kind: Slo", "kind")]
    public void What_is_wrong_is_refused_by_field_and_line(string part, string by, string? field)
    {
        var (objects, problems) = OpenSloFile.Read(Slo.Replace(part, by, StringComparison.Ordinal), "slo.yaml");
        if (field is null)
        {
            Assert.Empty(problems);
            return;
        }

        Assert.Contains(problems, p => p.Field == field && p.Line > 0);
        Assert.Empty(objects);
    }

    [Fact]
    public void What_is_named_and_is_not_there_is_told_by_its_name()
    {
        const string Named = """
            - apiVersion: openslo/v1
              kind: SLO
              metadata: { name: a }
              spec:
                service: s
                indicatorRef: nowhere
                budgetingMethod: Occurrences
                objectives: [{ target: 0.9 }]
            """;
        var (objects, problems) = OpenSloFile.Read(Named, "a.yaml");
        Assert.Equal("a.yaml, line 7, spec.indicatorRef: There is no SLI nowhere.", Assert.Single(problems).ToString().Replace("line 6", "line 7", StringComparison.Ordinal));
        Assert.Empty(objects);
        var (found, none) = OpenSloFile.Read(Named, "a.yaml", new HashSet<(OpenSloKind, string)> { (OpenSloKind.SLI, "nowhere") });
        Assert.Empty(none);
        Assert.Equal(new RollingWindow(TimeSpan.FromDays(30)), Assert.Single(OpenSloObjectives.Of(Assert.Single(found))).Window);
    }

    private const string Folder = "conformance/openslo";

    /// <summary>The folder itself where there is nothing: then the test says so.</summary>
    public static TheoryData<string> Files => Domain.Tests.Samples.In(Folder, "*.yaml") is { Count: > 0 } files ? new(files) : [Folder];

    /// <summary>Documents of the specification and of its Go SDK, with their broken references.</summary>
    [Theory, MemberData(nameof(Files))]
    public void Every_published_document_is_read_or_refused_for_what_it_is(string path)
    {
        var text = File.ReadAllText(Domain.Tests.Samples.Find(path));
        var (objects, problems) = OpenSloFile.Read(text, path);
        if (path.Contains("_invalid_", StringComparison.Ordinal))
        {
            Assert.Contains(problems, p => p.Message.StartsWith("There is no ", StringComparison.Ordinal));
        }
        else if (!text.Contains("apiVersion: openslo/v1\n", StringComparison.Ordinal) || text.Contains("openslo/v2alpha", StringComparison.Ordinal))
        {
            Assert.Contains(problems, p => p.Field is "apiVersion" or "kind" or "");
        }
        else
        {
            Assert.All(problems, p => Assert.StartsWith("There is no ", p.Message, StringComparison.Ordinal));
            var (again, _) = OpenSloFile.Read(OpenSloFile.Write(objects), path);
            Assert.Equal(OpenSloFile.Write(objects), OpenSloFile.Write(again));
            Assert.Equal(objects.Select(o => (o.Kind, o.Name)), again.Select(o => (o.Kind, o.Name)));
        }
    }
}
