using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite;

/// <summary>Owns the Sqlite migrations; the model is the same for all.</summary>
public sealed class SqliteControlPlaneDbContext(DbContextOptions<SqliteControlPlaneDbContext> options, TenantScope tenant) : ControlPlaneDbContext(options, tenant)
{
    /// <summary>Sixteen bytes, most significant first, so that the database sorts keys by the time in them.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<Guid>().HaveConversion<BigEndianGuidConverter>();
}
