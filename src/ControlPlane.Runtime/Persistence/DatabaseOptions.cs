using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.Persistence;

public enum DatabaseProvider
{
    Sqlite,
    PostgreSql,
    SqlServer,
}

/// <summary>Section <c>ControlPlane:Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "ControlPlane:Database";

    /// <summary><c>Sqlite</c> (default), <c>PostgreSql</c> or <c>SqlServer</c>.</summary>
    [AllowedValues(nameof(DatabaseProvider.Sqlite), nameof(DatabaseProvider.PostgreSql), nameof(DatabaseProvider.SqlServer))]
    public string Provider { get; set; } = nameof(DatabaseProvider.Sqlite);

    /// <summary>ADO.NET connection string of the provider. Default for SQLite: the file <c>data/controlplane.db</c> below the content root.</summary>
    public string? ConnectionString { get; set; }

    public DatabaseProvider Kind => Enum.TryParse<DatabaseProvider>(Provider, ignoreCase: true, out var kind) && Enum.IsDefined(kind)
        ? kind
        : throw new StartProblem($"The setting {Section}:Provider is '{Provider}'. Allowed: Sqlite, PostgreSql, SqlServer.");
}
