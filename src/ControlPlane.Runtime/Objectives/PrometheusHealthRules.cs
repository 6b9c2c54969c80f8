namespace ControlPlane.Runtime.Objectives;

/// <summary>Alerts about the product itself, whatever is promised to anybody. Gauges are the same in every process, so their largest counts.</summary>
internal static class PrometheusHealthRules
{
    public static PrometheusRuleGroup Group(string job) => new("controlplane-health", "30s",
    [
        new("controlplane:received:rate5m", "sum by (controlplane_outcome) (rate(controlplane_messages_received_total[5m]))", []),
        new("controlplane:calls:error_ratio_5m",
            "(sum by (controlplane_connection) (rate(controlplane_outbound_duration_seconds_count{controlplane_outcome!~\"[23]..\"}[5m])) or 0 * sum by (controlplane_connection) (rate(controlplane_outbound_duration_seconds_count[5m])))\n"
            + "/ (sum by (controlplane_connection) (rate(controlplane_outbound_duration_seconds_count[5m])) > 0)", []),
        Page("ControlPlaneIsDown", $"(sum(up{{job=\"{job}\"}}) or vector(0)) == 0", "2m", "No process of ControlPlane answers Prometheus",
            "Orders are not taken. See whether the processes run, and whether the key in the scrape configuration is still valid: a refused key looks the same."),
        Page("ControlPlaneWorkStands", "max(controlplane_work_oldest_ready_seconds) > 300", "5m", "Work that could be done now has waited for {{ $value | humanizeDuration }}",
            "Open the page Engine: are there workers, and are their lanes full? /health tells what this process sees."),
        Page("ControlPlaneTurnsSendersAway", "sum(controlplane:received:rate5m{controlplane_outcome=\"busy\"}) / sum(controlplane:received:rate5m) > 0.05", "5m", "{{ $value | humanizePercentage }} of what is sent is told to come again",
            "More comes than can be stored. See the disk of the database, and whether it answers slowly."),
        Page("ControlPlaneFailsItsCallers", $"sum(rate(http_server_request_duration_seconds_count{{job=\"{job}\",http_response_status_code=~\"5..\",http_response_status_code!=\"503\"}}[5m])) / sum(rate(http_server_request_duration_seconds_count{{job=\"{job}\"}}[5m])) > 0.05", "5m",
            "{{ $value | humanizePercentage }} of all requests end with an error of ours", "The log names each with its code."),
        Ticket("ControlPlaneCallsFail", "controlplane:calls:error_ratio_5m > 0.5", "10m", "{{ $value | humanizePercentage }} of the calls to {{ $labels.controlplane_connection }} fail",
            "Open the page of that connection: it says whether the system answered, and whose move it is."),
        Ticket("ControlPlaneOrdersGetStuck", "sum(max by (controlplane_party) (delta(controlplane_transactions_stuck[1h]))) > 25", "5m", "{{ $value | humanize }} more transactions need somebody than an hour ago",
            "Open Exception cases: one cause mostly stands behind many orders."),
        Ticket("ControlPlaneDoesNotKnowItself", $"up{{job=\"{job}\"}} == 1 unless on (instance) controlplane_work_oldest_ready_seconds", "5m", "{{ $labels.instance }} cannot read its own standing",
            "It does not reach its database, or the database is very slow. /health names the check that fails."),
    ]);

    private static PrometheusRule Page(string name, string expression, string @for, string summary, string description) => new(name, expression, [("severity", "page")], @for, summary, description);

    private static PrometheusRule Ticket(string name, string expression, string @for, string summary, string description) => new(name, expression, [("severity", "ticket")], @for, summary, description);
}
