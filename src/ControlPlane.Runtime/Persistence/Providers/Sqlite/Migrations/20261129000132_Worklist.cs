using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Worklist : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "act_by",
                table: "transactions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "work_rank",
                table: "transactions",
                type: "REAL",
                nullable: true);

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

            migrationBuilder.CreateIndex(
                name: "ix_transactions_work",
                table: "transactions",
                columns: new[] { "tenant_id", "work_rank", "id" },
                descending: new[] { false, true, false },
                filter: "work_rank IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "penalty_rules");

            migrationBuilder.DropIndex(
                name: "ix_transactions_work",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "act_by",
                table: "transactions");

            migrationBuilder.DropColumn(
                name: "work_rank",
                table: "transactions");
        }
    }
}
