using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Crosswalks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "crosswalk_changes",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    crosswalk = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    author_id = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    added = table.Column<int>(type: "INTEGER", nullable: false),
                    changed = table.Column<int>(type: "INTEGER", nullable: false),
                    retired = table.Column<int>(type: "INTEGER", nullable: false),
                    decided_by = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    decided_at = table.Column<long>(type: "INTEGER", nullable: true),
                    decision = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_changes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_entries",
                columns: table => new
                {
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    entry = table.Column<byte[]>(type: "BLOB", nullable: false),
                    crosswalk = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    scope = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    theirs = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    theirs_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    ours = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    ours_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    directions = table.Column<short>(type: "INTEGER", nullable: false),
                    factor = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    valid_from = table.Column<long>(type: "INTEGER", nullable: true),
                    valid_until = table.Column<long>(type: "INTEGER", nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    replaced_in = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_master_codes",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    crosswalk = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    code_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    gtin = table.Column<string>(type: "TEXT", maxLength: 14, nullable: true),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_master_codes", x => new { x.tenant_id, x.crosswalk, x.code_key });
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_misses",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    crosswalk = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    direction = table.Column<short>(type: "INTEGER", nullable: false),
                    code_key = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    code = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    first_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false),
                    message_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    transaction_id = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_misses", x => new { x.tenant_id, x.connection, x.crosswalk, x.direction, x.code_key });
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_revisions",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    crosswalk = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    approver = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    added = table.Column<int>(type: "INTEGER", nullable: false),
                    changed = table.Column<int>(type: "INTEGER", nullable: false),
                    retired = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_revisions", x => new { x.tenant_id, x.revision });
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_tables",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    approval = table.Column<bool>(type: "INTEGER", nullable: false),
                    gtin = table.Column<bool>(type: "INTEGER", nullable: false),
                    wildcard = table.Column<bool>(type: "INTEGER", nullable: false),
                    factors = table.Column<bool>(type: "INTEGER", nullable: false),
                    applied = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_tables", x => new { x.tenant_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "crosswalk_uses",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "INTEGER", nullable: false),
                    entry = table.Column<byte[]>(type: "BLOB", nullable: false),
                    hits = table.Column<long>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_crosswalk_uses", x => new { x.tenant_id, x.entry });
                });

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_changes_tenant_id_state_id",
                table: "crosswalk_changes",
                columns: new[] { "tenant_id", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_entries_ours",
                table: "crosswalk_entries",
                columns: new[] { "tenant_id", "crosswalk", "ours_key" },
                filter: "replaced_in IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_entries_tenant_id_entry_revision",
                table: "crosswalk_entries",
                columns: new[] { "tenant_id", "entry", "revision" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_entries_tenant_id_revision",
                table: "crosswalk_entries",
                columns: new[] { "tenant_id", "revision" });

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_entries_theirs",
                table: "crosswalk_entries",
                columns: new[] { "tenant_id", "crosswalk", "theirs_key", "id" },
                filter: "replaced_in IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_misses_tenant_id_last_at",
                table: "crosswalk_misses",
                columns: new[] { "tenant_id", "last_at" });

            migrationBuilder.CreateIndex(
                name: "ix_crosswalk_revisions_tenant_id_at",
                table: "crosswalk_revisions",
                columns: new[] { "tenant_id", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "crosswalk_changes");

            migrationBuilder.DropTable(
                name: "crosswalk_entries");

            migrationBuilder.DropTable(
                name: "crosswalk_master_codes");

            migrationBuilder.DropTable(
                name: "crosswalk_misses");

            migrationBuilder.DropTable(
                name: "crosswalk_revisions");

            migrationBuilder.DropTable(
                name: "crosswalk_tables");

            migrationBuilder.DropTable(
                name: "crosswalk_uses");
        }
    }
}
