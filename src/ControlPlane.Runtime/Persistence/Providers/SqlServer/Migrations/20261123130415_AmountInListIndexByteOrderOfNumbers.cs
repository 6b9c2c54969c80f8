using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer.Migrations
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

            migrationBuilder.AlterColumn<string>(
                name: "value",
                table: "transaction_identifiers",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: false,
                collation: "Latin1_General_100_BIN2",
                oldClrType: typeof(string),
                oldType: "nvarchar(128)",
                oldMaxLength: 128);

            migrationBuilder.AlterColumn<string>(
                name: "correlation_value",
                table: "signals",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: false,
                collation: "Latin1_General_100_BIN2",
                oldClrType: typeof(string),
                oldType: "nvarchar(128)",
                oldMaxLength: 128);

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

            migrationBuilder.AlterColumn<string>(
                name: "value",
                table: "transaction_identifiers",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(128)",
                oldMaxLength: 128,
                oldCollation: "Latin1_General_100_BIN2");

            migrationBuilder.AlterColumn<string>(
                name: "correlation_value",
                table: "signals",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(128)",
                oldMaxLength: 128,
                oldCollation: "Latin1_General_100_BIN2");

            migrationBuilder.CreateIndex(
                name: "ix_transactions_tenant_id_id",
                table: "transactions",
                columns: new[] { "tenant_id", "id" });
        }
    }
}
