using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Ownership : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "owner",
                table: "transactions",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "owner_assigned",
                table: "transactions",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "case_owners",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    case_id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    team = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_case_owners", x => new { x.tenant_id, x.case_id });
                });

            migrationBuilder.CreateTable(
                name: "escalations",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    subject = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    team = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    step = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    fired_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_escalations", x => new { x.tenant_id, x.subject, x.team, x.step });
                });

            migrationBuilder.CreateTable(
                name: "notifications",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    channel = table.Column<short>(type: "smallint", nullable: false),
                    recipient = table.Column<string>(type: "nvarchar(300)", maxLength: 300, nullable: false),
                    team = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    case_id = table.Column<byte[]>(type: "varbinary(16)", nullable: true),
                    transaction_id = table.Column<byte[]>(type: "varbinary(16)", nullable: true),
                    title = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    urgent = table.Column<bool>(type: "bit", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    attempts = table.Column<int>(type: "int", nullable: false),
                    next_at = table.Column<long>(type: "bigint", nullable: false),
                    sent_at = table.Column<long>(type: "bigint", nullable: true),
                    last_fault = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: true),
                    read_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notifications", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ownership_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    version = table.Column<int>(type: "int", nullable: false),
                    document = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    author = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    applied_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ownership_versions", x => new { x.tenant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "work_claims",
                columns: table => new
                {
                    transaction_id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    person = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true),
                    person_name = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    lease_until = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_claims", x => x.transaction_id);
                });

            migrationBuilder.CreateTable(
                name: "work_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    transaction_id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    operation_id = table.Column<byte[]>(type: "varbinary(16)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_work_events", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_owner",
                table: "transactions",
                columns: new[] { "tenant_id", "owner", "id" },
                filter: "state = 4");

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
                name: "case_owners");

            migrationBuilder.DropTable(
                name: "escalations");

            migrationBuilder.DropTable(
                name: "notifications");

            migrationBuilder.DropTable(
                name: "ownership_versions");

            migrationBuilder.DropTable(
                name: "work_claims");

            migrationBuilder.DropTable(
                name: "work_events");

            migrationBuilder.DropIndex(
                name: "ix_transactions_owner",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "owner",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "owner_assigned",
                table: "transactions");
        }
    }
}
