using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Runtime.Tests.Connections;

public sealed class VaultTokensTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rotated_token_outlives_the_process_is_seen_by_other_nodes_and_is_encrypted()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var keys = new EphemeralDataProtectionProvider();
        var (one, other) = (Node(database, keys), Node(database, keys));
        Assert.Null(await one.ReadAsync("wms", "refresh-token", Ct));

        await one.KeepAsync("wms", "refresh-token", "mark:R2", Ct);
        Assert.Equal("mark:R2", await other.ReadAsync("wms", "refresh-token", Ct));
        await other.KeepAsync("wms", "refresh-token", "mark:R3", Ct);

        Assert.Equal("mark:R3", await one.ReadAsync("wms", "refresh-token", Ct));
        Assert.Null(await one.ReadAsync("wms-2", "refresh-token", Ct));
        await using var context = database.Db.CreateContext();
        var row = Assert.Single(await context.Secrets.ToListAsync(Ct));
        Assert.Equal(2, row.Revision);
        Assert.DoesNotContain("R3", System.Text.Encoding.Latin1.GetString(row.Protected), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_connections_with_long_keys_have_two_names_that_fit()
    {
        var (a, b) = (VaultTokens.NameOf(new string('a', 39) + "1", "refresh-token-of-some-kind"), VaultTokens.NameOf(new string('a', 39) + "2", "refresh-token-of-some-kind"));
        Assert.NotEqual(a, b);
        Assert.True(SecretVault.IsName(a) && SecretVault.IsName(b));
    }

    private static VaultTokens Node(TestDatabase database, IDataProtectionProvider keys) => new(new SecretVault(database.Db, keys, TimeProvider.System, NullLogger<SecretVault>.Instance));
}
