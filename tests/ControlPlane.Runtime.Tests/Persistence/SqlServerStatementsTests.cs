using System.Reflection;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Persistence.Providers.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace ControlPlane.Runtime.Tests.Persistence;

/// <summary>
/// SQL Server does not run where these tests run: every statement that would be sent to it is parsed by Microsoft's own
/// parser for SQL Server 2022. That finds a wrong word, not a wrong meaning.
/// </summary>
public sealed class SqlServerStatementsTests
{
    public static TheoryData<string> TableNames => [.. Specs().Select(s => s.Name)];

    [Fact]
    public void Every_migration_is_T_SQL()
    {
        using var context = new SqlServerControlPlaneDbContext(
            new DbContextOptionsBuilder<SqlServerControlPlaneDbContext>().UseSqlServer("Server=localhost").Options, Runtime.Persistence.TenantScope.Default);
        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        Assert.Contains("CREATE TABLE [work_items]", script, StringComparison.Ordinal);
        AssertParses(script);
    }

    [Theory, MemberData(nameof(TableNames))]
    public void Writes_of_every_table_are_T_SQL(string name)
    {
        var spec = Specs().Single(s => s.Name == name).Spec;
        foreach (var method in new[] { nameof(SqlServerDialect.InsertText), nameof(SqlServerDialect.UpdateText) })
            foreach (var rows in new[] { 1, 3 })
                AssertParses((string)typeof(SqlServerDialect).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
                    .MakeGenericMethod(spec.GetType().GetGenericArguments()[0]).Invoke(null, [spec, rows])!);
    }

    [Fact]
    public void Claim_begin_locks_sweep_and_clock_are_T_SQL()
    {
        var dialect = new SqlServerDialect();
        AssertParses(dialect.ClaimStatement);
        AssertParses(dialect.ReleaseStatement);
        AssertParses(dialect.BeginStatement);
        AssertParses(dialect.NowStatement);
        AssertParses(SqlServerDialect.HoldText(3));
        AssertParses(dialect.SweepStatement("state = 1, owner = NULL", "state = 2 AND lease_until < @now"));
    }

    [Fact]
    public void The_parser_refuses_what_is_not_T_SQL() => Assert.NotEmpty(Errors("INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING"));

    private static IEnumerable<(string Name, object Spec)> Specs() =>
        typeof(Tables).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f => (f.Name, f.GetValue(null)!));

    private static void AssertParses(string text) => Assert.True(Errors(text).Count == 0, string.Join("\n", Errors(text).Select(e => $"line {e.Line}: {e.Message}")) + "\n" + text);

    private static IList<ParseError> Errors(string text)
    {
        using var reader = new StringReader(text);
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return errors;
    }
}
