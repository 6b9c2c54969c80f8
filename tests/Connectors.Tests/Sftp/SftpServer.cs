using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Connectors.Protocols.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Sftp;

/// <summary>A real OpenSSH server on this machine, named by CONTROLPLANE_TEST_SFTP (sftp://user:password@host:port/folder), with a folder of each test's own.</summary>
public sealed class SftpServer : IAsyncDisposable, IDialer, IExchange
{
    private readonly Uri _address;
    private readonly string _keys;
    private ITransport? _transport;

    private SftpServer(Uri address, string folder) => (_address, Folder, _keys) = (address, folder, Path.GetDirectoryName(address.AbsolutePath)!);

    /// <summary>As this machine sees it.</summary>
    public string Folder { get; }

    public int Port => _address.Port;

    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(File.ReadAllText(Path.Combine(_keys, "host.pub")).Split(' ')[1]))).TrimEnd('=');

    /// <summary>One that has another password than ours: made for us alone. Without it the user is whoever runs the tests, and has a key only.</summary>
    public bool HasPassword => File.Exists(Path.Combine(_keys, "user"));

    public static SftpServer Start(params string[] folders)
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_SFTP") is not { Length: > 0 } text)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests at a real SFTP server: CONTROLPLANE_TEST_SFTP is not set.");
            Assert.Skip("CONTROLPLANE_TEST_SFTP is not set: nothing was tried at a real SFTP server.");
            throw new InvalidOperationException();
        }

        var address = new Uri(text);
        var server = new SftpServer(address, Path.Combine(address.AbsolutePath, EntityId.New(TimeProvider.System).ToString("N")));
        foreach (var folder in folders.Prepend(""))
            server.Make(folder);
        return server;
    }

    public string At(string path) => Path.Combine(Folder, path);

    /// <summary>A folder in which the server's user may do all.</summary>
    public void Make(string folder)
    {
        Directory.CreateDirectory(At(folder));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(At(folder), (UnixFileMode)0b111_111_111);
    }

    /// <summary>A whole file at once, as a sender that renames puts it there; older than the last.</summary>
    public void Put(string path, string content, int age = 0)
    {
        File.WriteAllText(At(path) + ".new", content);
        File.SetLastWriteTimeUtc(At(path) + ".new", DateTime.UnixEpoch.AddSeconds(1_790_000_000 - age));
        File.Move(At(path) + ".new", At(path), overwrite: true);
    }

    public string Key(string name) => File.ReadAllText(Path.Combine(_keys, name));

    public Connection Connection(int? port = null, IReadOnlyDictionary<string, string>? secrets = null, string? hostKey = null, string? path = null, string connector = "files", params (string, string)[] settings)
    {
        var all = new Dictionary<string, string> { ["user"] = _address.UserInfo.Split(':')[0], ["hostKey"] = hostKey ?? Fingerprint };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new()
        {
            Key = "wms", Connector = connector, Role = SystemRole.Wms, DisplayName = "Warehouse", AllowPrivateNetwork = true, Timeout = TimeSpan.FromSeconds(20),
            BaseAddress = new($"sftp://127.0.0.1:{port ?? _address.Port}{path ?? Folder}"),
            Settings = all,
            Secrets = secrets ?? new Dictionary<string, string> { ["privateKey"] = Key("client") },
        };
    }

    public ITransport Open(Connection? connection = null) => new SftpTransport(connection ?? Connection(), this);

    public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct) => (_transport ??= Open()).SendAsync(request, ct);

    public async ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target, ct);
        return socket;
    }

    public static ExchangeRequest Ask(string method, string path, string body = "", string? to = null)
    {
        var request = new ExchangeRequest { Method = new(method), Path = path, Body = System.Text.Encoding.UTF8.GetBytes(body), Writes = method == "PUT" };
        if (to is not null)
            request.Headers[SftpTransport.DestinationHeader] = to;
        return request;
    }

    public static async Task<Fault> FaultAsync(Task<ExchangeAnswer> call) => (await Assert.ThrowsAsync<ExchangeException>(() => call)).Fault;

    public async ValueTask DisposeAsync()
    {
        if (_transport is not null)
            await _transport.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
