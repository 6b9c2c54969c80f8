using System.Globalization;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>
/// The standard <c>OTEL_*</c> variables, as OpenTelemetry's specification of environment variables has them. The SDK takes a value that it cannot read for
/// none and sends to its default address; here it is told at the start like any other setting.
/// </summary>
public static class TelemetryVariables
{
    public const string Disabled = "OTEL_SDK_DISABLED";
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ExemplarFilter = "OTEL_METRICS_EXEMPLAR_FILTER";

    private const string Sampler = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Endpoints = [Endpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"];

    private static readonly (string Key, string[] Allowed)[] Choices =
    [
        .. new[] { "", "TRACES_", "METRICS_", "LOGS_" }.Select(signal => ($"OTEL_EXPORTER_OTLP_{signal}PROTOCOL", (string[])["grpc", "http/protobuf"])),
        (Disabled, ["true", "false"]),
        (Sampler, ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"]),
        (ExemplarFilter, ["always_on", "always_off", "trace_based"]),
    ];

    /// <summary>Nothing is measured, traced or sent, and there is no page with metrics.</summary>
    public static bool IsDisabled(IConfiguration configuration) => string.Equals(configuration[Disabled], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Somebody collects by OTLP. Without a receiver nothing is traced: spans that nobody collects cost time on the hot path.</summary>
    public static bool HasReceiver(IConfiguration configuration) => Endpoints.Any(v => !string.IsNullOrWhiteSpace(configuration[v]));

    /// <summary>What is wrong with them, each with the variable; an empty one is not set.</summary>
    public static IEnumerable<SettingProblem> Problems(IConfiguration configuration)
    {
        foreach (var key in Endpoints)
            if (configuration[key] is { Length: > 0 } text && (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0))
                yield return new(key, "is not an address that telemetry can be sent to. Allowed: http or https without a password, such as http://collector:4318; credentials go into OTEL_EXPORTER_OTLP_HEADERS.");
        foreach (var (key, allowed) in Choices)
            if (configuration[key] is { Length: > 0 } text && !allowed.Contains(text, StringComparer.OrdinalIgnoreCase))
                yield return new(key, $"is '{(text.Length > 40 ? text[..40] + "…" : text)}'. Allowed: {string.Join(", ", allowed)}.");
        if (configuration[SamplerArgument] is { Length: > 0 } share && configuration[Sampler]?.EndsWith("traceidratio", StringComparison.OrdinalIgnoreCase) == true
            && !(double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1))
            yield return new(SamplerArgument, "is not a share of traces. Allowed: 0 to 1, such as 0.1 for every tenth.");
    }
}
