using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ObjectivesAndOperations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "figure",
                table: "order_holds",
                type: "TEXT",
                maxLength: 2000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "last_figure",
                table: "order_holds",
                type: "TEXT",
                maxLength: 128,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "looked_at",
                table: "order_holds",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "next_look_at",
                table: "order_holds",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "body",
                table: "notifications",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "incident_id",
                table: "notifications",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "via",
                table: "notifications",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "alert_channels",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    last_fault = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    last_taken_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_channels", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "alert_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    incident_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_incidents",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    urgency = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    team = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    facts = table.Column<string>(type: "TEXT", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    acknowledged_at = table.Column<long>(type: "INTEGER", nullable: true),
                    acknowledged_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    resolved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    quiet = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    told_at = table.Column<long>(type: "INTEGER", nullable: true),
                    told_of = table.Column<int>(type: "INTEGER", nullable: false),
                    told_urgency = table.Column<int>(type: "INTEGER", nullable: true),
                    steps = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_incidents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alert_silences",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    objective = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    party = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alert_silences", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "budget_notes",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    objective = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_notes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "budget_standings",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    objective = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    measure = table.Column<int>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    told = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_standings", x => new { x.tenant_id, x.objective });
                });

            migrationBuilder.CreateTable(
                name: "budget_waivers",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_waivers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "estate_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    removed = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_estate_versions", x => new { x.tenant_id, x.kind, x.name, x.version });
                });

            migrationBuilder.CreateTable(
                name: "governance_days",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    score = table.Column<int>(type: "INTEGER", nullable: true),
                    held = table.Column<int>(type: "INTEGER", nullable: false),
                    applied = table.Column<int>(type: "INTEGER", nullable: false),
                    rules_version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_days", x => new { x.tenant_id, x.connection, x.day });
                });

            migrationBuilder.CreateTable(
                name: "objective_counters",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    indicator = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    run = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    cursor = table.Column<byte[]>(type: "BLOB", nullable: false),
                    looked = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_counters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "objective_documents",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    applied = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_documents", x => new { x.tenant_id, x.kind, x.name, x.version });
                });

            migrationBuilder.CreateTable(
                name: "objective_exclusions",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    objective = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    from_at = table.Column<long>(type: "INTEGER", nullable: false),
                    to_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    asked_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    approved_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    approved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_why = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_exclusions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "objective_follow",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<long>(type: "INTEGER", nullable: false),
                    read_up_to = table.Column<long>(type: "INTEGER", nullable: false),
                    looked_back_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_follow", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "objective_readings",
                columns: table => new
                {
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    counter_id = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    took = table.Column<long>(type: "INTEGER", nullable: true),
                    cancelled_after = table.Column<long>(type: "INTEGER", nullable: true),
                    outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    slice_id = table.Column<int>(type: "INTEGER", nullable: false),
                    party = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    case_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_readings", x => new { x.transaction_id, x.counter_id });
                });

            migrationBuilder.CreateTable(
                name: "objective_slices",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    brand = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    region = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    warehouse = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    canary = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_slices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "objective_tallies",
                columns: table => new
                {
                    counter_id = table.Column<int>(type: "INTEGER", nullable: false),
                    grain = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<int>(type: "INTEGER", nullable: false),
                    slice_id = table.Column<int>(type: "INTEGER", nullable: false),
                    good = table.Column<long>(type: "INTEGER", nullable: false),
                    bad = table.Column<long>(type: "INTEGER", nullable: false),
                    voided = table.Column<long>(type: "INTEGER", nullable: false),
                    pending = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_objective_tallies", x => new { x.counter_id, x.grain, x.at, x.slice_id });
                });

            migrationBuilder.CreateTable(
                name: "operations_changes",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operations_failures",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    measure = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    subject = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    is_message = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_failures", x => new { x.tenant_id, x.measure, x.at, x.subject, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "operations_folds",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false),
                    rebuilt_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_folds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operations_hours",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    measure = table.Column<short>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    sum = table.Column<long>(type: "INTEGER", nullable: false),
                    largest = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_hours", x => new { x.tenant_id, x.minute, x.measure, x.connection, x.code, x.bucket });
                });

            migrationBuilder.CreateTable(
                name: "operations_minutes",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    measure = table.Column<short>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    bucket = table.Column<short>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    sum = table.Column<long>(type: "INTEGER", nullable: false),
                    largest = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_minutes", x => new { x.tenant_id, x.minute, x.measure, x.connection, x.code, x.bucket });
                });

            migrationBuilder.CreateTable(
                name: "operations_standings",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operations_standings", x => new { x.tenant_id, x.minute, x.connection });
                });

            migrationBuilder.CreateTable(
                name: "order_changes",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    summary = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    base_version = table.Column<int>(type: "INTEGER", nullable: false),
                    differences = table.Column<string>(type: "TEXT", nullable: false),
                    systems = table.Column<string>(type: "TEXT", nullable: false),
                    requested_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    return_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_order_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "report_plans",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    rhythm = table.Column<short>(type: "INTEGER", nullable: false),
                    zone = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    retail_year = table.Column<int>(type: "INTEGER", nullable: true),
                    recipients = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    brand = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    region = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_report_plans", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "reports",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    as_of = table.Column<long>(type: "INTEGER", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    basis = table.Column<string>(type: "TEXT", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    html = table.Column<string>(type: "TEXT", nullable: false),
                    csv = table.Column<string>(type: "TEXT", nullable: false),
                    pdf = table.Column<byte[]>(type: "BLOB", nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    send_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "review_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    act = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    outcome = table.Column<short>(type: "INTEGER", nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    rule = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    version = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    undoes = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scorecard_days",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    erp = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    warehouse = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    end = table.Column<short>(type: "INTEGER", nullable: false),
                    orders = table.Column<int>(type: "INTEGER", nullable: false),
                    shipped = table.Column<int>(type: "INTEGER", nullable: false),
                    untracked = table.Column<int>(type: "INTEGER", nullable: false),
                    promised = table.Column<int>(type: "INTEGER", nullable: false),
                    late = table.Column<int>(type: "INTEGER", nullable: false),
                    our_cancellations = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scorecard_days", x => new { x.tenant_id, x.day, x.connection, x.erp, x.warehouse, x.end });
                });

            migrationBuilder.CreateTable(
                name: "scorecard_orders",
                columns: table => new
                {
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    currency = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    total_minor = table.Column<long>(type: "INTEGER", nullable: true),
                    ship_by = table.Column<long>(type: "INTEGER", nullable: true),
                    shipped_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    end = table.Column<short>(type: "INTEGER", nullable: false),
                    erp = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    warehouse = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    party = table.Column<short>(type: "INTEGER", nullable: true),
                    counts = table.Column<bool>(type: "INTEGER", nullable: false),
                    late = table.Column<bool>(type: "INTEGER", nullable: false),
                    our_cancellation = table.Column<bool>(type: "INTEGER", nullable: false),
                    untracked = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scorecard_orders", x => x.transaction_id);
                });

            migrationBuilder.CreateTable(
                name: "scorecard_state",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    reached = table.Column<byte[]>(type: "BLOB", nullable: false),
                    read_up_to = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_scorecard_state", x => x.tenant_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_alert_events_incident_id_at",
                table: "alert_events",
                columns: new[] { "incident_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_alert_incidents_open",
                table: "alert_incidents",
                columns: new[] { "tenant_id", "key" },
                unique: true,
                filter: "resolved_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_alert_incidents_tenant_id_opened_at_id",
                table: "alert_incidents",
                columns: new[] { "tenant_id", "opened_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_alert_silences_tenant_id_until",
                table: "alert_silences",
                columns: new[] { "tenant_id", "until" });

            migrationBuilder.CreateIndex(
                name: "ix_budget_notes_tenant_id_id",
                table: "budget_notes",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_budget_waivers_tenant_id_until",
                table: "budget_waivers",
                columns: new[] { "tenant_id", "until" });

            migrationBuilder.CreateIndex(
                name: "ix_objective_counters_tenant_id_indicator_version_run",
                table: "objective_counters",
                columns: new[] { "tenant_id", "indicator", "version", "run" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_objective_readings_missed",
                table: "objective_readings",
                columns: new[] { "counter_id", "started_at", "transaction_id" },
                filter: "outcome = 2");

            migrationBuilder.CreateIndex(
                name: "ix_objective_readings_open",
                table: "objective_readings",
                column: "due_at",
                filter: "outcome = 0");

            migrationBuilder.CreateIndex(
                name: "ix_objective_readings_time",
                table: "objective_readings",
                columns: new[] { "counter_id", "started_at", "transaction_id", "outcome", "took", "cancelled_after", "slice_id" });

            migrationBuilder.CreateIndex(
                name: "ix_order_changes_transaction_id_number",
                table: "order_changes",
                columns: new[] { "transaction_id", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_tenant_id_id",
                table: "reports",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_reports_tenant_id_name_from_to_as_of",
                table: "reports",
                columns: new[] { "tenant_id", "name", "from", "to", "as_of" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_review_events_tenant_id_kind_key_at",
                table: "review_events",
                columns: new[] { "tenant_id", "kind", "key", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_review_events_undoes",
                table: "review_events",
                column: "undoes",
                unique: true,
                filter: "undoes IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_scorecard_orders_due",
                table: "scorecard_orders",
                columns: new[] { "tenant_id", "connection", "ship_by" },
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_scorecard_orders_tenant_id_connection_day",
                table: "scorecard_orders",
                columns: new[] { "tenant_id", "connection", "day" });

            migrationBuilder.CreateIndex(
                name: "ix_scorecard_orders_tenant_id_ended_at",
                table: "scorecard_orders",
                columns: new[] { "tenant_id", "ended_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alert_channels");

            migrationBuilder.DropTable(
                name: "alert_events");

            migrationBuilder.DropTable(
                name: "alert_incidents");

            migrationBuilder.DropTable(
                name: "alert_silences");

            migrationBuilder.DropTable(
                name: "budget_notes");

            migrationBuilder.DropTable(
                name: "budget_standings");

            migrationBuilder.DropTable(
                name: "budget_waivers");

            migrationBuilder.DropTable(
                name: "estate_versions");

            migrationBuilder.DropTable(
                name: "governance_days");

            migrationBuilder.DropTable(
                name: "objective_counters");

            migrationBuilder.DropTable(
                name: "objective_documents");

            migrationBuilder.DropTable(
                name: "objective_exclusions");

            migrationBuilder.DropTable(
                name: "objective_follow");

            migrationBuilder.DropTable(
                name: "objective_readings");

            migrationBuilder.DropTable(
                name: "objective_slices");

            migrationBuilder.DropTable(
                name: "objective_tallies");

            migrationBuilder.DropTable(
                name: "operations_changes");

            migrationBuilder.DropTable(
                name: "operations_failures");

            migrationBuilder.DropTable(
                name: "operations_folds");

            migrationBuilder.DropTable(
                name: "operations_hours");

            migrationBuilder.DropTable(
                name: "operations_minutes");

            migrationBuilder.DropTable(
                name: "operations_standings");

            migrationBuilder.DropTable(
                name: "order_changes");

            migrationBuilder.DropTable(
                name: "report_plans");

            migrationBuilder.DropTable(
                name: "reports");

            migrationBuilder.DropTable(
                name: "review_events");

            migrationBuilder.DropTable(
                name: "scorecard_days");

            migrationBuilder.DropTable(
                name: "scorecard_orders");

            migrationBuilder.DropTable(
                name: "scorecard_state");

            migrationBuilder.DropColumn(
                name: "figure",
                table: "order_holds");

            migrationBuilder.DropColumn(
                name: "last_figure",
                table: "order_holds");

            migrationBuilder.DropColumn(
                name: "looked_at",
                table: "order_holds");

            migrationBuilder.DropColumn(
                name: "next_look_at",
                table: "order_holds");

            migrationBuilder.DropColumn(
                name: "body",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "incident_id",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "via",
                table: "notifications");
        }
    }
}
