using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class StuckOrders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "alarm_at",
                table: "work_items",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "act_by",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "expects",
                table: "transactions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "expects_by",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "expects_why",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "owner",
                table: "transactions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "owner_assigned",
                table: "transactions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<double>(
                name: "work_rank",
                table: "transactions",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "origin",
                table: "transaction_identifiers",
                type: "INTEGER",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.AddColumn<string>(
                name: "basis",
                table: "journal",
                type: "TEXT",
                maxLength: 300,
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "left_by",
                table: "exception_case_members",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "asks_after_canary",
                table: "bulk_replays",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "proven",
                table: "bulk_replays",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "selection",
                table: "bulk_replays",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "stop_above",
                table: "bulk_replays",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "stuck_again",
                table: "bulk_replays",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "outcome",
                table: "bulk_replay_items",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "sent_at",
                table: "bulk_replay_items",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "carrier_calendars",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_carrier_calendars", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "case_owners",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    case_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    team = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_case_owners", x => new { x.tenant_id, x.case_id });
                });

            migrationBuilder.CreateTable(
                name: "cause_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cause_versions", x => new { x.tenant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "escalations",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    subject = table.Column<byte[]>(type: "BLOB", nullable: false),
                    team = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    step = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    fired_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_escalations", x => new { x.tenant_id, x.subject, x.team, x.step });
                });

            migrationBuilder.CreateTable(
                name: "evidence_keys",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    public_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    @protected = table.Column<byte[]>(name: "protected", type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evidence_keys", x => new { x.tenant_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "exports",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    format = table.Column<string>(type: "TEXT", maxLength: 10, nullable: false),
                    filter = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    zone = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    person = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    person_name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    masked = table.Column<bool>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "identifier_backfills",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    rule = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cursor = table.Column<byte[]>(type: "BLOB", nullable: true),
                    oldest = table.Column<long>(type: "INTEGER", nullable: false),
                    looked = table.Column<long>(type: "INTEGER", nullable: false),
                    written = table.Column<long>(type: "INTEGER", nullable: false),
                    removed = table.Column<long>(type: "INTEGER", nullable: false),
                    unreadable = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_identifier_backfills", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "identifier_rule_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    change = table.Column<short>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    document = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_identifier_rule_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "identifier_rules",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    connector = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    topic = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    document = table.Column<short>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    pattern = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    hash = table.Column<bool>(type: "INTEGER", nullable: false),
                    example = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_identifier_rules", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    channel = table.Column<short>(type: "INTEGER", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    team = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    case_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    urgent = table.Column<bool>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_at = table.Column<long>(type: "INTEGER", nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_fault = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    read_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notifications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "order_holds",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    held_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    held_at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_order_holds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ownership_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    applied_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ownership_versions", x => new { x.tenant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "penalty_rules",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_penalty_rules", x => new { x.tenant_id, x.name, x.version });
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    page = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    query = table.Column<string>(type: "TEXT", maxLength: 1500, nullable: false),
                    owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    owner_name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    shared = table.Column<bool>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "transaction_overlays",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    fields = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    author_id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    base_payload_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    decided_at = table.Column<long>(type: "INTEGER", nullable: true),
                    decision = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transaction_overlays", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "view_defaults",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    page = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    view_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_view_defaults", x => new { x.tenant_id, x.person, x.page });
                });

            migrationBuilder.CreateTable(
                name: "work_claims",
                columns: table => new
                {
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    person = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    person_name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_claims", x => x.transaction_id);
                });

            migrationBuilder.CreateTable(
                name: "work_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    operation_id = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_events", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_work_items_alarm",
                table: "work_items",
                column: "alarm_at",
                filter: "state = 6 AND alarm_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_owner",
                table: "transactions",
                columns: new[] { "tenant_id", "owner", "id" },
                filter: "state = 4");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_work",
                table: "transactions",
                columns: new[] { "tenant_id", "work_rank", "id" },
                descending: new[] { false, true, false },
                filter: "work_rank IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_exports_tenant_id_id",
                table: "exports",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_identifier_backfills_tenant_id_id",
                table: "identifier_backfills",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_identifier_rule_events_tenant_id_name_id",
                table: "identifier_rule_events",
                columns: new[] { "tenant_id", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_notifications_at",
                table: "notifications",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_failed",
                table: "notifications",
                columns: new[] { "tenant_id", "id" },
                filter: "state = 3");

            migrationBuilder.CreateIndex(
                name: "ix_notifications_tenant_id_recipient_id",
                table: "notifications",
                columns: new[] { "tenant_id", "recipient", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_notifications_waiting",
                table: "notifications",
                column: "next_at",
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "ix_order_holds_open",
                table: "order_holds",
                columns: new[] { "tenant_id", "held_at" },
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_order_holds_transaction_id_held_at",
                table: "order_holds",
                columns: new[] { "transaction_id", "held_at" });

            migrationBuilder.CreateIndex(
                name: "ix_saved_views_tenant_id_page",
                table: "saved_views",
                columns: new[] { "tenant_id", "page" });

            migrationBuilder.CreateIndex(
                name: "ix_transaction_overlays_proposed",
                table: "transaction_overlays",
                columns: new[] { "tenant_id", "created_at" },
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "ix_transaction_overlays_transaction_id_version",
                table: "transaction_overlays",
                columns: new[] { "transaction_id", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_work_claims_lease",
                table: "work_claims",
                column: "lease_until",
                filter: "person IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_work_claims_person",
                table: "work_claims",
                columns: new[] { "tenant_id", "person" },
                filter: "person IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_work_events_transaction_id_operation_id",
                table: "work_events",
                columns: new[] { "transaction_id", "operation_id" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "carrier_calendars");

            migrationBuilder.DropTable(
                name: "case_owners");

            migrationBuilder.DropTable(
                name: "cause_versions");

            migrationBuilder.DropTable(
                name: "escalations");

            migrationBuilder.DropTable(
                name: "evidence_keys");

            migrationBuilder.DropTable(
                name: "exports");

            migrationBuilder.DropTable(
                name: "identifier_backfills");

            migrationBuilder.DropTable(
                name: "identifier_rule_events");

            migrationBuilder.DropTable(
                name: "identifier_rules");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "order_holds");

            migrationBuilder.DropTable(
                name: "ownership_versions");

            migrationBuilder.DropTable(
                name: "penalty_rules");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropTable(
                name: "transaction_overlays");

            migrationBuilder.DropTable(
                name: "view_defaults");

            migrationBuilder.DropTable(
                name: "work_claims");

            migrationBuilder.DropTable(
                name: "work_events");

            migrationBuilder.DropIndex(
                name: "ix_work_items_alarm",
                table: "work_items");

            migrationBuilder.DropIndex(
                name: "ix_transactions_owner",
                table: "transactions");

            migrationBuilder.DropIndex(
                name: "ix_transactions_work",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "alarm_at",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "act_by",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "expects",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "expects_by",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "expects_why",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "owner",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "owner_assigned",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "work_rank",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "origin",
                table: "transaction_identifiers");

            migrationBuilder.DropColumn(
                name: "basis",
                table: "journal");

            migrationBuilder.DropColumn(
                name: "left_by",
                table: "exception_case_members");

            migrationBuilder.DropColumn(
                name: "asks_after_canary",
                table: "bulk_replays");

            migrationBuilder.DropColumn(
                name: "proven",
                table: "bulk_replays");

            migrationBuilder.DropColumn(
                name: "selection",
                table: "bulk_replays");

            migrationBuilder.DropColumn(
                name: "stop_above",
                table: "bulk_replays");

            migrationBuilder.DropColumn(
                name: "stuck_again",
                table: "bulk_replays");

            migrationBuilder.DropColumn(
                name: "outcome",
                table: "bulk_replay_items");

            migrationBuilder.DropColumn(
                name: "sent_at",
                table: "bulk_replay_items");
        }
    }
}
