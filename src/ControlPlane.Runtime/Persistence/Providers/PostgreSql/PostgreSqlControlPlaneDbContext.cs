using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence.Providers.PostgreSql;

/// <summary>Owns the PostgreSql migrations; the model is the same for all.</summary>
public sealed class PostgreSqlControlPlaneDbContext(DbContextOptions<PostgreSqlControlPlaneDbContext> options, TenantScope tenant) : ControlPlaneDbContext(options, tenant)
{}
