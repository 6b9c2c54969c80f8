using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Repair : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_transaction_overlays_proposed",
                table: "transaction_overlays",
                columns: new[] { "tenant_id", "created_at" },
                filter: "state = 1");

            migrationBuilder.CreateIndex(
                name: "ix_transaction_overlays_transaction_id_version",
                table: "transaction_overlays",
                columns: new[] { "transaction_id", "version" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "order_holds");

            migrationBuilder.DropTable(
                name: "transaction_overlays");

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
