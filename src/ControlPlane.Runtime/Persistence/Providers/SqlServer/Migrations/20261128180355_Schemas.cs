using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Schemas : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "drift_findings",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    connection = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    topic = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    kind = table.Column<byte>(type: "tinyint", nullable: false),
                    path = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    detail = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    digest = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    before = table.Column<double>(type: "float", nullable: false),
                    now = table.Column<double>(type: "float", nullable: false),
                    documents = table.Column<int>(type: "int", nullable: false),
                    samples = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    first_seen_at = table.Column<long>(type: "bigint", nullable: false),
                    last_seen_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_drift_findings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "schema_events",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    subject = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    version = table.Column<int>(type: "int", nullable: false),
                    action = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schema_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "schema_subjects",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    name = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    connector = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    topic = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true),
                    title = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    owner = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    mode = table.Column<short>(type: "smallint", nullable: false),
                    use = table.Column<short>(type: "smallint", nullable: false),
                    @checked = table.Column<long>(name: "checked", type: "bigint", nullable: false),
                    broken = table.Column<long>(type: "bigint", nullable: false),
                    broken_message = table.Column<byte[]>(type: "varbinary(16)", nullable: true),
                    broken_by = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: true),
                    revision = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schema_subjects", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "schema_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    subject = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    version = table.Column<int>(type: "int", nullable: false),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    document = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    digest = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    gone_at = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    changed_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schema_versions", x => new { x.tenant_id, x.subject, x.version });
                });

            migrationBuilder.CreateTable(
                name: "shape_profiles",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    connection = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    topic = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    profile = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    last_message = table.Column<byte[]>(type: "varbinary(16)", nullable: false),
                    documents = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shape_profiles", x => new { x.tenant_id, x.connection, x.topic });
                });

            migrationBuilder.CreateIndex(
                name: "ix_drift_findings_tenant_id_connection_id",
                table: "drift_findings",
                columns: new[] { "tenant_id", "connection", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_drift_findings_tenant_id_digest",
                table: "drift_findings",
                columns: new[] { "tenant_id", "digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_drift_findings_tenant_id_state_id",
                table: "drift_findings",
                columns: new[] { "tenant_id", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_schema_events_tenant_id_subject_id",
                table: "schema_events",
                columns: new[] { "tenant_id", "subject", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "drift_findings");

            migrationBuilder.DropTable(
                name: "schema_events");

            migrationBuilder.DropTable(
                name: "schema_subjects");

            migrationBuilder.DropTable(
                name: "schema_versions");

            migrationBuilder.DropTable(
                name: "shape_profiles");
        }
    }
}
