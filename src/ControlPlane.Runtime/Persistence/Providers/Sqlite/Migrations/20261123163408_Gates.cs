using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Gates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "entity_key",
                table: "work_items",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "held_by",
                table: "work_items",
                type: "TEXT",
                maxLength: 140,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "work_items",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            // Open work of an older version is served by its channel too.
            migrationBuilder.Sql("UPDATE work_items SET source = (SELECT t.connection FROM transactions t WHERE t.id = work_items.transaction_id) WHERE state <> 5");

            migrationBuilder.AddColumn<long>(
                name: "stopped_at",
                table: "nodes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "breakers",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 140, nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    message = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    probe_at = table.Column<long>(type: "INTEGER", nullable: false),
                    probes = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_breakers", x => new { x.tenant_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "bulk_replay_items",
                columns: table => new
                {
                    replay_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bulk_replay_items", x => new { x.replay_id, x.transaction_id });
                });

            migrationBuilder.CreateTable(
                name: "bulk_replays",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    from_step = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    newest = table.Column<bool>(type: "INTEGER", nullable: false),
                    per_second = table.Column<int>(type: "INTEGER", nullable: false),
                    canary = table.Column<int>(type: "INTEGER", nullable: false),
                    total = table.Column<int>(type: "INTEGER", nullable: false),
                    sent = table.Column<int>(type: "INTEGER", nullable: false),
                    left_out = table.Column<int>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    owner = table.Column<byte[]>(type: "BLOB", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_bulk_replays", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "maintenance_windows",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    declared_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    declared_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_maintenance_windows", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rate_budgets",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 140, nullable: false),
                    tokens = table.Column<double>(type: "REAL", nullable: false),
                    per_second = table.Column<double>(type: "REAL", nullable: false),
                    burst = table.Column<double>(type: "REAL", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    closed_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rate_budgets", x => new { x.tenant_id, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_work_items_dead",
                table: "work_items",
                columns: new[] { "lane", "transaction_id" },
                filter: "state = 4");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_entity",
                table: "work_items",
                columns: new[] { "entity_key", "transaction_id" },
                filter: "entity_key IS NOT NULL AND state <> 5");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_held",
                table: "work_items",
                columns: new[] { "held_by", "lane", "due_at" },
                filter: "state = 6");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_ready",
                table: "work_items",
                columns: new[] { "lane", "source", "due_at" },
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "ix_bulk_replay_items_replay_id_state_transaction_id",
                table: "bulk_replay_items",
                columns: new[] { "replay_id", "state", "transaction_id" });

            migrationBuilder.CreateIndex(
                name: "ix_bulk_replays_tenant_id_created_at",
                table: "bulk_replays",
                columns: new[] { "tenant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_maintenance_windows_ends_at",
                table: "maintenance_windows",
                column: "ends_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "breakers");

            migrationBuilder.DropTable(
                name: "bulk_replay_items");

            migrationBuilder.DropTable(
                name: "bulk_replays");

            migrationBuilder.DropTable(
                name: "maintenance_windows");

            migrationBuilder.DropTable(
                name: "rate_budgets");

            migrationBuilder.DropIndex(
                name: "ix_work_items_dead",
                table: "work_items");

            migrationBuilder.DropIndex(
                name: "ix_work_items_entity",
                table: "work_items");

            migrationBuilder.DropIndex(
                name: "ix_work_items_held",
                table: "work_items");

            migrationBuilder.DropIndex(
                name: "ix_work_items_ready",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "entity_key",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "held_by",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "source",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "stopped_at",
                table: "nodes");
        }
    }
}
