using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AmountInListIndexByteOrderOfNumbers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_tenant_id_id",
                table: "transactions");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_tenant_id_id_currency_total_minor",
                table: "transactions",
                columns: new[] { "tenant_id", "id", "currency", "total_minor" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_transactions_tenant_id_id_currency_total_minor",
                table: "transactions");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_tenant_id_id",
                table: "transactions",
                columns: new[] { "tenant_id", "id" });
        }
    }
}
