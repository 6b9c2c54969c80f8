using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class ExceptionCases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "case_id",
                table: "transactions",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "exception_case_events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    case_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    by = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    text = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exception_case_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "exception_case_hours",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    case_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hour = table.Column<long>(type: "bigint", nullable: false),
                    node_id = table.Column<Guid>(type: "uuid", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exception_case_hours", x => new { x.tenant_id, x.case_id, x.hour, x.node_id });
                });

            migrationBuilder.CreateTable(
                name: "exception_case_members",
                columns: table => new
                {
                    transaction_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    case_id = table.Column<Guid>(type: "uuid", nullable: false),
                    algorithm = table.Column<short>(type: "smallint", nullable: false),
                    flow = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    flow_version = table.Column<int>(type: "integer", nullable: false),
                    step = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    channel = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    message = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    left_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exception_case_members", x => new { x.transaction_id, x.at });
                });

            migrationBuilder.CreateTable(
                name: "exception_case_splits",
                columns: table => new
                {
                    target_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    case_id = table.Column<Guid>(type: "uuid", nullable: false),
                    by = table.Column<short>(type: "smallint", nullable: false),
                    value = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    created_by = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    undone_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exception_case_splits", x => new { x.tenant_id, x.target_id });
                });

            migrationBuilder.CreateTable(
                name: "exception_cases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    algorithm = table.Column<short>(type: "smallint", nullable: false),
                    fingerprint = table.Column<Guid>(type: "uuid", nullable: false),
                    fault_kind = table.Column<int>(type: "integer", nullable: false),
                    fault_code = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    system = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    operation = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    pattern = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    sample = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    field = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    provider_code = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    first_seen_at = table.Column<long>(type: "bigint", nullable: false),
                    merged_into = table.Column<Guid>(type: "uuid", nullable: true),
                    split_from = table.Column<Guid>(type: "uuid", nullable: true),
                    muted_until = table.Column<long>(type: "bigint", nullable: true),
                    settled_at = table.Column<long>(type: "bigint", nullable: true),
                    settled_with = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exception_cases", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_transactions_case",
                table: "transactions",
                columns: new[] { "tenant_id", "case_id", "id" },
                filter: "case_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_exception_case_events_tenant_id_case_id_id",
                table: "exception_case_events",
                columns: new[] { "tenant_id", "case_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_exception_case_hours_hour",
                table: "exception_case_hours",
                column: "hour");

            migrationBuilder.CreateIndex(
                name: "ix_exception_case_members_at",
                table: "exception_case_members",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_exception_case_members_tenant_id_case_id_at",
                table: "exception_case_members",
                columns: new[] { "tenant_id", "case_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_exception_cases_tenant_id_first_seen_at",
                table: "exception_cases",
                columns: new[] { "tenant_id", "first_seen_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "exception_case_events");

            migrationBuilder.DropTable(
                name: "exception_case_hours");

            migrationBuilder.DropTable(
                name: "exception_case_members");

            migrationBuilder.DropTable(
                name: "exception_case_splits");

            migrationBuilder.DropTable(
                name: "exception_cases");

            migrationBuilder.DropIndex(
                name: "ix_transactions_case",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "case_id",
                table: "transactions");
        }
    }
}
