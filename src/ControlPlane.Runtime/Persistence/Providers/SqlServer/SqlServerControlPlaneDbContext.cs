using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer;

/// <summary>Owns the SqlServer migrations; the model is the same for all.</summary>
public sealed class SqlServerControlPlaneDbContext(DbContextOptions<SqlServerControlPlaneDbContext> options, TenantScope tenant) : ControlPlaneDbContext(options, tenant)
{
    /// <summary>Sixteen bytes, most significant first, so that the database sorts keys by the time in them.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<Guid>().HaveConversion<BigEndianGuidConverter>();
}
