using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Evidence : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "basis",
                table: "journal",
                type: "nvarchar(300)",
                maxLength: 300,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "cause_versions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    version = table.Column<int>(type: "int", nullable: false),
                    digest = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    document = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    text = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cause_versions", x => new { x.tenant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "evidence_keys",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "int", nullable: false),
                    number = table.Column<int>(type: "int", nullable: false),
                    key_id = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    public_key = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    @protected = table.Column<byte[]>(name: "protected", type: "varbinary(max)", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evidence_keys", x => new { x.tenant_id, x.number });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cause_versions");

            migrationBuilder.DropTable(
                name: "evidence_keys");

            migrationBuilder.DropColumn(
                name: "basis",
                table: "journal");
        }
    }
}
