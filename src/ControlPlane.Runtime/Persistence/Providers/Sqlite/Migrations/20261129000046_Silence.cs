using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Silence : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "alarm_at",
                table: "work_items",
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

            migrationBuilder.CreateIndex(
                name: "ix_work_items_alarm",
                table: "work_items",
                column: "alarm_at",
                filter: "state = 6 AND alarm_at IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "carrier_calendars");

            migrationBuilder.DropIndex(
                name: "ix_work_items_alarm",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "alarm_at",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "expects",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "expects_by",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "expects_why",
                table: "transactions");
        }
    }
}
