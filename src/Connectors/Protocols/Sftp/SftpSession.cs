using System.Text;
using ControlPlane.Domain.Connections;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Connectors.Protocols.Sftp;

/// <summary>One signed-in session. Used by one call at a time; thrown away when anything unexpected happened to it.</summary>
internal sealed class SftpSession : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    private readonly GuardedRelay _relay;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    private SftpSession(SftpClient client, GuardedRelay relay) => (Client, _relay) = (client, relay);

    public SftpClient Client { get; }

    /// <summary>The folder of the connection's address on the server.</summary>
    public string Root { get; private set; } = "/";

    public bool IsOpen => Client.IsConnected;

    /// <exception cref="ExchangeException">It did not come about; nothing was sent.</exception>
    public static async Task<SftpSession> OpenAsync(Connection connection, IDialer dialer, CancellationToken ct)
    {
        var settings = SftpSettings.Of(connection);
        var methods = Methods(connection, settings);
        GuardedRelay? relay = null;
        SftpClient? client = null;
        string? seen = null;
        var algorithm = "";
        try
        {
            using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
            timed.CancelAfter(ConnectTimeout);
            relay = await GuardedRelay.OpenAsync(connection.BaseAddress!.Host, SftpFaults.Port(connection), dialer, timed.Token);
            client = new SftpClient(new ConnectionInfo("127.0.0.1", relay.Port, settings.User, methods) { Timeout = ConnectTimeout, Encoding = Encoding.UTF8 })
            {
                KeepAliveInterval = TimeSpan.FromSeconds(30),
                OperationTimeout = connection.Timeout,
            };
            client.HostKeyReceived += (_, key) =>
            {
                (seen, algorithm) = ("SHA256:" + key.FingerPrintSHA256.TrimEnd('='), key.HostKeyName);
                key.CanTrust = settings.HostKeys.Any(k => k.TrimEnd('=') == seen);
            };
            await client.ConnectAsync(timed.Token);
            var session = new SftpSession(client, relay);
            await session.FindRootAsync(connection, timed.Token);
            return session;
        }
        catch (Exception e)
        {
            client?.Dispose();
            relay?.Dispose();
            if (e is ExchangeException || e is OperationCanceledException && ct.IsCancellationRequested)
                throw;
            if (seen is not null && !settings.HostKeys.Any(k => k.TrimEnd('=') == seen))
                throw new ExchangeException(settings.HostKeys.Count == 0 ? SftpFaults.HostKeyUnknown(connection, algorithm, seen) : SftpFaults.HostKeyWrong(connection, algorithm, seen), e);
            throw new ExchangeException(e is SshAuthenticationException ? SftpFaults.LoginRefused(connection) : SftpFaults.NotConnected(connection), e);
        }
        finally
        {
            foreach (var method in methods.OfType<IDisposable>())
                if (client is null)
                    method.Dispose();
        }
    }

    /// <summary>Where a folder really is, as the server says; each folder once a session. Refuses one that is a link to a place outside.</summary>
    public async Task<string> RealAsync(Connection connection, string folder, CancellationToken ct)
    {
        if (folder == Root || _known.TryGetValue(folder, out var real))
            return folder == Root ? Root : _known[folder];
        try
        {
            real = (await Client.GetAsync(folder, ct)).FullName;
        }
        catch (SftpPathNotFoundException e)
        {
            throw new ExchangeException(SftpFaults.NoFolder(connection, folder), e);
        }

        if (!SftpPath.IsWithin(Root, real))
            throw new ExchangeException(SftpFaults.Outside(connection, folder));
        return _known[folder] = real;
    }

    /// <summary>An address without a path, or with <c>/~/</c>, means where the user lands; any other is absolute.</summary>
    private async Task FindRootAsync(Connection connection, CancellationToken ct)
    {
        var path = Uri.UnescapeDataString(connection.BaseAddress!.AbsolutePath).TrimEnd('/');
        var landing = Client.WorkingDirectory;
        var wanted = path.Length == 0 || path == "/~" ? landing : path.StartsWith("/~/", StringComparison.Ordinal) ? landing.TrimEnd('/') + path[2..] : path;
        try
        {
            Root = (await Client.GetAsync(wanted, ct)).FullName;
        }
        catch (SftpPathNotFoundException e)
        {
            throw new ExchangeException(SftpFaults.NoFolder(connection, wanted), e);
        }
    }

    private static AuthenticationMethod[] Methods(Connection connection, SftpSettings settings)
    {
        var methods = new List<AuthenticationMethod>();
        if (connection.Secret(SftpSettings.KeySecret) is { Length: > 0 } key)
            methods.Add(new PrivateKeyAuthenticationMethod(settings.User, Key(key, connection.Secret(SftpSettings.PassphraseSecret))));
        if (connection.Secret(SftpSettings.PasswordSecret) is { Length: > 0 } password)
        {
            methods.Add(new PasswordAuthenticationMethod(settings.User, password));
            // Some servers ask for the password as a question; none but that is answered.
            var asked = new KeyboardInteractiveAuthenticationMethod(settings.User);
            asked.AuthenticationPrompt += (_, prompts) =>
            {
                foreach (var prompt in prompts.Prompts.Where(p => !p.IsEchoed))
                    prompt.Response = password;
            };
            methods.Add(asked);
        }

        return [.. methods];
    }

    private static PrivateKeyFile Key(string text, string? passphrase)
    {
        try
        {
            // Secrets from forms and environments often come without the last line end, or with other ones.
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n").TrimEnd() + "\n"));
            return new(stream, passphrase is { Length: > 0 } ? passphrase : null);
        }
        catch (SshPassPhraseNullOrEmptyException e)
        {
            throw new ExchangeException(SftpFaults.KeyUnreadable(": it has a passphrase, and none was given"), e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ExchangeException(SftpFaults.KeyUnreadable(""), e);
        }
    }

    public void Dispose()
    {
        try
        {
            Client.Dispose();
        }
        catch (Exception e) when (SftpFaults.IsBrokenOff(e))
        {
            // It says good-bye to nobody.
        }

        _relay.Dispose();
    }
}
