using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class RateBudgets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "learned",
                table: "rate_budgets",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "minute",
                table: "rate_budgets",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "rate_budgets",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<double>(
                name: "used",
                table: "rate_budgets",
                type: "float",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "used_before",
                table: "rate_budgets",
                type: "float",
                nullable: false,
                defaultValue: 0.0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "learned",
                table: "rate_budgets");

            migrationBuilder.DropColumn(
                name: "minute",
                table: "rate_budgets");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "rate_budgets");

            migrationBuilder.DropColumn(
                name: "used",
                table: "rate_budgets");

            migrationBuilder.DropColumn(
                name: "used_before",
                table: "rate_budgets");
        }
    }
}
