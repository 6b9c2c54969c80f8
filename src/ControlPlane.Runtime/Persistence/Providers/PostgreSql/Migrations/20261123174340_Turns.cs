using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Turns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_work_items_entity",
                table: "work_items");

            migrationBuilder.AddColumn<long>(
                name: "turn",
                table: "work_items",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "turn_version",
                table: "work_items",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "turns",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    last = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    version = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    touched_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_turns", x => new { x.tenant_id, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_work_items_entity",
                table: "work_items",
                columns: new[] { "tenant_id", "entity_key", "turn" },
                filter: "turn > 0");

            migrationBuilder.CreateIndex(
                name: "ix_turns_touched_at",
                table: "turns",
                column: "touched_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "turns");

            migrationBuilder.DropIndex(
                name: "ix_work_items_entity",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "turn",
                table: "work_items");

            migrationBuilder.DropColumn(
                name: "turn_version",
                table: "work_items");

            migrationBuilder.CreateIndex(
                name: "ix_work_items_entity",
                table: "work_items",
                columns: new[] { "entity_key", "transaction_id" },
                filter: "entity_key IS NOT NULL AND state <> 5");
        }
    }
}
