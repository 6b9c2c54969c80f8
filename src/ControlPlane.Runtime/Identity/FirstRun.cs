using System.Buffers.Text;
using System.Security.Cryptography;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Identity;

/// <summary>
/// The first administrator is made with a token that only the console of this start has shown: there is no seeded
/// account and no default password. Only the token's hash is stored; a new start makes a new token.
/// </summary>
public sealed class FirstRun(IControlPlaneDb db)
{
    internal const string ValueName = "first-run-token";

    /// <summary>The token of this process, for the console; null once there is an administrator.</summary>
    public string? Token { get; private set; }

    public async Task<bool> IsNeededAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        return !await context.Users.AnyAsync(ct);
    }

    /// <summary>Makes and keeps a token when there is nobody yet.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await context.InstallationValues.Where(v => v.Name == ValueName).ExecuteDeleteAsync(ct);
        if (await context.Users.AnyAsync(ct))
            return;
        Token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        context.InstallationValues.Add(new InstallationValueRow { Name = ValueName, Value = ApiKeys.Hash(Token) });
        await context.SaveChangesAsync(ct);
    }

    /// <summary>
    /// Spends the token and makes the administrator in one database transaction, so that the token works exactly once,
    /// also when two people try at the same moment.
    /// </summary>
    /// <param name="context">The one that <paramref name="users"/> works with.</param>
    /// <returns>Null when it worked; otherwise what to tell the person.</returns>
    public async Task<string?> CreateAdministratorAsync(
        ControlPlaneDbContext context, UserManager<PortalUser> users, string token, PortalUser user, string password, CancellationToken ct)
    {
        var hash = ApiKeys.Hash(token.Trim());
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        var spent = await context.InstallationValues.Where(v => v.Name == ValueName && v.Value == hash).ExecuteDeleteAsync(ct);
        if (spent != 1 || await context.Users.AnyAsync(ct))
            return "The token is not right, or it has been used. ControlPlane prints a new one on its console at each start until there is an administrator.";
        var made = await users.CreateAsync(user, password);
        if (made.Succeeded)
            made = await users.AddToRoleAsync(user, PortalRoles.Admin);
        if (!made.Succeeded)
            return string.Join(' ', made.Errors.Select(e => e.Description));
        await dbTransaction.CommitAsync(ct);
        Token = null;
        return null;
    }
}
