using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Persistence;

/// <summary>A database made at once is the one that its migrations would have made.</summary>
public sealed class NewDatabaseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_database_made_at_once_is_as_its_migrations_make_it(DatabaseProvider provider)
    {
        await using var migrated = TestDatabase.Empty(provider);
        await using var made = TestDatabase.Empty(provider);
        await using (var context = migrated.Db.CreateContext())
            await context.Database.MigrateAsync(Ct);
        using (var start = new DatabaseStart(made.Db))
            await start.RunAsync(Ct);
        await using var one = migrated.Db.CreateContext();
        await using var other = made.Db.CreateContext();
        Assert.Equal(await ShapeAsync(one, provider), await ShapeAsync(other, provider));
        Assert.Empty(await other.Database.GetPendingMigrationsAsync(Ct));
    }

    [Theory]
    [InlineData(DatabaseProvider.PostgreSql, true)]
    [InlineData(DatabaseProvider.PostgreSql, false)]
    [InlineData(DatabaseProvider.SqlServer, true)]
    [InlineData(DatabaseProvider.SqlServer, false)]
    public async Task Nodes_that_start_at_the_same_moment_change_the_schema_once(DatabaseProvider provider, bool empty)
    {
        await using var database = TestDatabase.Empty(provider);
        if (!empty)
        {
            await using var before = database.Db.CreateContext();
            await before.Database.MigrateAsync(before.Database.GetMigrations().First(), Ct);
        }

        var nodes = Enumerable.Range(0, 4).Select(_ => new DatabaseStart(database.Db)).ToList();
        await Task.WhenAll(nodes.Select(n => Task.Run(() => n.RunAsync(Ct), Ct)));
        await using var after = database.Db.CreateContext();
        Assert.Empty(await after.Database.GetPendingMigrationsAsync(Ct));
        nodes.ForEach(n => n.Dispose());
    }

    [Fact]
    public async Task Where_a_migration_was_applied_the_others_follow_it()
    {
        await using var database = TestDatabase.Empty(DatabaseProvider.Sqlite);
        await using (var context = database.Db.CreateContext())
            await context.Database.MigrateAsync(context.Database.GetMigrations().First(), Ct);
        using (var start = new DatabaseStart(database.Db))
            await start.RunAsync(Ct);
        await using var after = database.Db.CreateContext();
        Assert.Empty(await after.Database.GetPendingMigrationsAsync(Ct));
        Assert.Empty(await after.ExceptionCases.ToListAsync(Ct));
    }

    /// <summary>Tables with their columns, and indexes; not the defaults that a migration needs for the rows that are there.</summary>
    private static async Task<string> ShapeAsync(ControlPlaneDbContext context, DatabaseProvider provider)
    {
        string[] questions = provider switch
        {
            DatabaseProvider.Sqlite =>
            [
                "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '%MigrationsLock' ORDER BY 1, 2",
                "SELECT m.name, i.name, i.\"unique\", i.partial, c.seqno, c.name, c.\"desc\" FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) c WHERE m.type = 'table' AND m.name NOT LIKE '%MigrationsLock' ORDER BY 1, 2, 5",
            ],
            DatabaseProvider.PostgreSql =>
            [
                "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity, collation_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
                "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
            ],
            _ =>
            [
                "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, COLLATION_NAME FROM INFORMATION_SCHEMA.COLUMNS ORDER BY 1, 2",
                "SELECT t.name, i.name, i.is_unique, i.has_filter, c.key_ordinal, k.name, c.is_descending_key FROM sys.tables t JOIN sys.indexes i ON i.object_id = t.object_id JOIN sys.index_columns c ON c.object_id = t.object_id AND c.index_id = i.index_id JOIN sys.columns k ON k.object_id = t.object_id AND k.column_id = c.column_id ORDER BY 1, 2, 5",
            ],
        };
        await context.Database.OpenConnectionAsync(Ct);
        var lines = new List<string>();
        foreach (var question in questions)
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = question;
            await using var reader = await command.ExecuteReaderAsync(Ct);
            while (await reader.ReadAsync(Ct))
                lines.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : reader.GetValue(i).ToString())));
        }

        Assert.NotEmpty(lines);
        return string.Join('\n', lines);
    }
}
