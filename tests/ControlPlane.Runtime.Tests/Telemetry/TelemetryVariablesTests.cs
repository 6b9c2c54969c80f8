using ControlPlane.Runtime.Telemetry;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Runtime.Tests.Telemetry;

public sealed class TelemetryVariablesTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "http://collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://me:secret@collector:4318", "OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "udp", "grpc, http/protobuf")]
    [InlineData("OTEL_SDK_DISABLED", "yes", "true, false")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "parentbased_traceidratio")]
    [InlineData("OTEL_METRICS_EXEMPLAR_FILTER", "all", "trace_based")]
    public void A_wrong_variable_is_named_with_what_is_allowed_and_without_a_secret(string key, string value, string said)
    {
        var problem = Assert.Single(TelemetryVariables.Problems(Given((key, value))));
        Assert.Equal(key, problem.Key);
        Assert.Contains(said, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5", 1)]
    [InlineData("a tenth", 1)]
    [InlineData("0.1", 0)]
    public void The_share_of_a_sampler_lies_between_nothing_and_all(string share, int problems)
    {
        Assert.Equal(problems, TelemetryVariables.Problems(Given(("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", share))).Count());
        Assert.Empty(TelemetryVariables.Problems(Given(("OTEL_TRACES_SAMPLER", "always_on"), ("OTEL_TRACES_SAMPLER_ARG", share))));
    }

    [Fact]
    public void What_is_empty_is_not_set_and_what_is_right_is_taken()
    {
        Assert.Empty(TelemetryVariables.Problems(Given(("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_SDK_DISABLED", ""))));
        Assert.Empty(TelemetryVariables.Problems(Given(("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example.com/otlp"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SDK_DISABLED", "TRUE"))));
        Assert.False(TelemetryVariables.HasReceiver(Given(("OTEL_EXPORTER_OTLP_ENDPOINT", " "))));
        Assert.True(TelemetryVariables.HasReceiver(Given(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4318"))));
        Assert.True(TelemetryVariables.IsDisabled(Given(("OTEL_SDK_DISABLED", "TRUE"))));
    }

    private static IConfiguration Given(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();
}
