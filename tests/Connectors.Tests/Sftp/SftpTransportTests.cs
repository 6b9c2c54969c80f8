using System.Net;
using System.Net.Sockets;
using System.Text;
using Connectors.Protocols.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Sftp;

public sealed class SftpTransportTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_library_lists_a_folder_of_a_real_server()
    {
        await using var server = SftpServer.Start();
        server.Put("a.txt", "x");
        using var key = new Renci.SshNet.PrivateKeyFile(new MemoryStream(Encoding.UTF8.GetBytes(server.Key("client"))));
        using var client = new Renci.SshNet.SftpClient("127.0.0.1", server.Port, server.Connection().Setting("user")!, key);
        await client.ConnectAsync(Ct);
        Assert.Contains(client.ListDirectory(server.Folder), f => f.Name == "a.txt");
    }

    [Fact]
    public async Task A_file_is_written_whole_and_a_second_time_nothing_is_done()
    {
        await using var server = SftpServer.Start("out");
        var first = await server.SendAsync(SftpServer.Ask("PUT", "/out/a.txt", "one"), Ct);
        Assert.Equal((201, "created"), (first.Status, Said(first, "written")));
        var at = File.GetLastWriteTimeUtc(server.At("out/a.txt"));
        Assert.Equal("there", Said(await server.SendAsync(SftpServer.Ask("PUT", "/out/a.txt", "one"), Ct), "written"));
        Assert.Equal(at, File.GetLastWriteTimeUtc(server.At("out/a.txt")));
        Assert.Equal("replaced", Said(await server.SendAsync(SftpServer.Ask("PUT", "/out/a.txt", "two"), Ct), "written"));
        Assert.Equal("two", File.ReadAllText(server.At("out/a.txt")));
        Assert.Equal(["a.txt"], Directory.EnumerateFiles(server.At("out")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Files_are_read_listed_moved_and_deleted_and_each_may_be_asked_twice()
    {
        await using var server = SftpServer.Start("in", "done");
        server.Put("in/ä b.txt", "content");
        server.Put("done/taken.txt", "other");
        Assert.Equal("content", Encoding.UTF8.GetString((await server.SendAsync(SftpServer.Ask("GET", "/in/%C3%A4%20b.txt"), Ct)).Body.Span));
        Assert.Equal("[{\"name\":\"\\u00E4 b.txt\",\"kind\":\"file\",\"size\":7,\"modified\":1790000000}]", Encoding.UTF8.GetString((await server.SendAsync(SftpServer.Ask("LIST", "/in"), Ct)).Body.Span));
        Assert.Equal(412, (await server.SendAsync(SftpServer.Ask("MOVE", "/in/%C3%A4%20b.txt", to: "/done/taken.txt"), Ct)).Status);
        Assert.Equal(201, (await server.SendAsync(SftpServer.Ask("MOVE", "/in/%C3%A4%20b.txt", to: "/done/b.txt"), Ct)).Status);
        Assert.Equal(200, (await server.SendAsync(SftpServer.Ask("MOVE", "/in/%C3%A4%20b.txt", to: "/done/b.txt"), Ct)).Status);
        Assert.Equal(404, (await server.SendAsync(SftpServer.Ask("MOVE", "/in/%C3%A4%20b.txt", to: "/done/c.txt"), Ct)).Status);
        Assert.Equal(204, (await server.SendAsync(SftpServer.Ask("DELETE", "/done/b.txt"), Ct)).Status);
        Assert.Equal(404, (await server.SendAsync(SftpServer.Ask("DELETE", "/done/b.txt"), Ct)).Status);
        Assert.Equal(404, (await server.SendAsync(SftpServer.Ask("GET", "/done/b.txt"), Ct)).Status);
        Assert.Equal("other", File.ReadAllText(server.At("done/taken.txt")));
        Assert.Equal(200, (await server.SendAsync(SftpServer.Ask("GET", ""), Ct)).Status);
    }

    [Fact]
    public async Task Without_a_pinned_key_the_fault_says_which_was_seen_and_a_wrong_one_is_refused()
    {
        await using var server = SftpServer.Start();
        var unknown = await SftpServer.FaultAsync(server.Open(server.Connection(hostKey: "")).SendAsync(SftpServer.Ask("LIST", "/"), Ct));
        Assert.Equal((FaultKind.Authentication, "sftp.host_key_unknown"), (unknown.Kind, unknown.Code));
        Assert.Contains($"set settings.hostKey to {server.Fingerprint}.", unknown.Message, StringComparison.Ordinal);
        var wrong = await SftpServer.FaultAsync(server.Open(server.Connection(hostKey: "SHA256:" + new string('A', 43))).SendAsync(SftpServer.Ask("LIST", "/"), Ct));
        Assert.Equal((FaultKind.Authentication, "sftp.host_key_wrong"), (wrong.Kind, wrong.Code));
        await using var both = server.Open(server.Connection(hostKey: $"SHA256:{new string('A', 43)} {server.Fingerprint}="));
        Assert.Equal(200, (await both.SendAsync(SftpServer.Ask("LIST", ""), Ct)).Status);
    }

    [Fact]
    public async Task Password_key_and_key_with_passphrase_sign_in_and_wrong_ones_stop()
    {
        await using var server = SftpServer.Start();
        async Task<string> TryAsync(params (string Name, string Value)[] secrets)
        {
            await using var transport = server.Open(server.Connection(secrets: secrets.ToDictionary(s => s.Name, s => s.Value)));
            try
            {
                return (await transport.SendAsync(SftpServer.Ask("LIST", ""), Ct)).Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (ExchangeException e)
            {
                return $"{e.Fault.Kind} {e.Fault.Code}";
            }
        }

        Assert.Equal("200", await TryAsync(("privateKey", server.Key("client").Replace("\n", "\r\n", StringComparison.Ordinal).Trim())));
        Assert.Equal("200", await TryAsync(("privateKey", server.Key("locked")), ("passphrase", "open-Sesame-1")));
        Assert.Equal("Authentication sftp.key_unreadable", await TryAsync(("privateKey", server.Key("locked"))));
        Assert.Equal("Authentication sftp.key_unreadable", await TryAsync(("privateKey", server.Key("locked")), ("passphrase", "wrong")));
        Assert.Equal("Authentication sftp.key_unreadable", await TryAsync(("privateKey", "no key")));
        Assert.Equal("Authentication sftp.login_refused", await TryAsync(("privateKey", server.Key("host"))));
        if (!server.HasPassword)
            return;
        Assert.Equal("200", await TryAsync(("password", "tests-Secret-1")));
        Assert.Equal("Authentication sftp.login_refused", await TryAsync(("password", "wrong")));
    }

    [Theory]
    [InlineData("/../x"), InlineData("/%2e%2e/x"), InlineData("/in%2f..%2f..%2fx/y"), InlineData("/in/%2e%2e"), InlineData("/in/a%00b"), InlineData("/in/a%2fb"), InlineData("/in/a%5c..%5cb"), InlineData("/in/%0a"), InlineData("/./x")]
    public async Task Paths_that_climb_or_trick_are_refused_before_anything_is_asked(string path)
    {
        await using var server = SftpServer.Start("in");
        foreach (var method in new[] { "GET", "PUT", "DELETE" })
            Assert.Equal("sftp.path_refused", (await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask(method, path, "x"), Ct))).Code);
        Assert.Equal("sftp.path_refused", (await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask("MOVE", "/in/x", to: path), Ct))).Code);
    }

    [Fact]
    public async Task Links_are_not_followed_out_of_the_folder()
    {
        await using var server = SftpServer.Start("in");
        File.CreateSymbolicLink(server.At("in/passwd"), "/etc/passwd");
        Directory.CreateSymbolicLink(server.At("etc"), "/etc");
        Directory.CreateSymbolicLink(server.At("same"), server.At("in"));
        server.Put("in/a.txt", "x");
        Assert.Equal(404, (await server.SendAsync(SftpServer.Ask("GET", "/in/passwd"), Ct)).Status);
        File.CreateSymbolicLink(server.At("in/inner"), server.At("in/a.txt"));
        Assert.Equal(409, (await server.SendAsync(SftpServer.Ask("DELETE", "/in/inner"), Ct)).Status);
        Assert.Equal(409, (await server.SendAsync(SftpServer.Ask("PUT", "/in/inner", "y"), Ct)).Status);
        Assert.Equal(409, (await server.SendAsync(SftpServer.Ask("MOVE", "/in/inner", to: "/in/b.txt"), Ct)).Status);
        Assert.Equal("x", File.ReadAllText(server.At("in/a.txt")));
        foreach (var (method, path) in new[] { ("LIST", "/etc"), ("GET", "/etc/hostname"), ("PUT", "/etc/x") })
            Assert.Equal("sftp.outside", (await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask(method, path, "x"), Ct))).Code);
        Assert.Equal(200, (await server.SendAsync(SftpServer.Ask("GET", "/same/a.txt"), Ct)).Status);
    }

    [Fact]
    public async Task What_is_not_there_or_not_allowed_is_said_with_its_path()
    {
        await using var server = SftpServer.Start();
        var missing = await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask("PUT", "/nowhere/a.txt", "x"), Ct));
        Assert.Equal((FaultKind.Internal, "sftp.no_such_folder"), (missing.Kind, missing.Code));
        Assert.Contains($"{server.Folder}/nowhere", missing.Message, StringComparison.Ordinal);
        Assert.Equal("sftp.no_such_folder", (await SftpServer.FaultAsync(server.Open(server.Connection(path: "/no/such/base")).SendAsync(SftpServer.Ask("LIST", ""), Ct))).Code);
        Assert.Equal("sftp.method", (await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask("PATCH", "/a", "x"), Ct))).Code);
        if (!server.HasPassword)
            return;
        Directory.CreateDirectory(server.At("locked"));
        var refused = await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask("PUT", "/locked/a.txt", "x"), Ct));
        Assert.Equal((FaultKind.Authentication, "sftp.not_allowed"), (refused.Kind, refused.Code));
    }

    [Fact]
    public async Task Sockets_go_through_the_guard_and_a_closed_port_is_transient()
    {
        await using var server = SftpServer.Start();
        var guarded = new SftpTransport(server.Connection(), new Refusing());
        Assert.Equal("outbound.address_refused", (await SftpServer.FaultAsync(guarded.SendAsync(SftpServer.Ask("LIST", ""), Ct))).Code);
        var closed = await SftpServer.FaultAsync(server.Open(server.Connection(port: 1)).SendAsync(SftpServer.Ask("LIST", ""), Ct));
        Assert.Equal((FaultKind.Transient, "sftp.not_connected"), (closed.Kind, closed.Code));
    }

    [Fact]
    public async Task Many_calls_at_once_each_get_a_session()
    {
        await using var server = SftpServer.Start("out");
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => server.SendAsync(SftpServer.Ask("PUT", $"/out/{i % 12}.txt", $"content {i % 12}"), Ct)));
        Assert.Equal(12, Directory.GetFiles(server.At("out")).Length);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal($"content {i}", File.ReadAllText(server.At($"out/{i}.txt"))));
    }

    /// <summary>Wherever the line is cut, others see the whole file or none, and the next try makes it whole.</summary>
    [Fact]
    public async Task A_write_that_is_cut_off_leaves_no_half_file_and_is_safe_to_repeat()
    {
        await using var server = SftpServer.Start("out");
        var content = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"line {i}\n"));
        using var proxy = new CuttingProxy(server.Port, long.MaxValue);
        await using (var whole = server.Open(server.Connection(proxy.Port)))
            Assert.Equal(201, (await whole.SendAsync(SftpServer.Ask("PUT", "/out/whole.txt", content), Ct)).Status);
        var (all, faults) = (proxy.Seen, new List<string>());
        foreach (var after in new[] { 0L, 20, 1_000, 2_500, all / 4, all / 2, all - 20_000, all - 900, all - 500, all - 300, all - 150, all - 60 })
        {
            proxy.After = after;
            var name = $"/out/cut-{after}.txt";
            await using var cut = server.Open(server.Connection(proxy.Port));
            try
            {
                await cut.SendAsync(SftpServer.Ask("PUT", name, content), Ct);
                faults.Add("written");
            }
            catch (ExchangeException e)
            {
                Assert.True(e.Fault.Kind is FaultKind.Transient or FaultKind.UnknownOutcome, e.Fault.ToString());
                faults.Add(e.Fault.Code);
            }

            Assert.True(!File.Exists(server.At(name[1..])) || File.ReadAllText(server.At(name[1..])) == content, $"cut after {after}");
            proxy.After = long.MaxValue;
            Assert.True((await cut.SendAsync(SftpServer.Ask("PUT", name, content), Ct)).IsSuccess);
            Assert.Equal(content, File.ReadAllText(server.At(name[1..])));
        }

        Assert.Contains("sftp.cut_off", faults);
        Assert.Contains("sftp.not_connected", faults);
        Assert.DoesNotContain(Directory.EnumerateFiles(server.At("out")), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_said_so()
    {
        await using var server = SftpServer.Start("small");
        using var mount = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("mount", $"-t tmpfs -o size=64k,mode=777 tmpfs {server.At("small")}") { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(Ct);
        Assert.SkipUnless(mount.ExitCode == 0, "No small disk can be mounted here.");
        try
        {
            var full = await SftpServer.FaultAsync(server.SendAsync(SftpServer.Ask("PUT", "/small/a.txt", new string('x', 300_000)), Ct));
            Assert.Equal((FaultKind.Transient, "sftp.disk_full"), (full.Kind, full.Code));
            Assert.False(File.Exists(server.At("small/a.txt")));
        }
        finally
        {
            using var unmount = System.Diagnostics.Process.Start("umount", server.At("small"));
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("settings.user: A value is missing. The user that signs in at the SFTP server.", "user", "")]
    [InlineData("settings.hostKey: 'MD5:x' is no fingerprint. Write it as ssh-keygen -l shows it: SHA256: and 43 characters.", "hostKey", "MD5:x")]
    public void Settings_that_cannot_work_are_named(string expected, string name, string value)
    {
        var settings = new Dictionary<string, string> { ["user"] = "kim", ["hostKey"] = "" };
        settings[name] = value;
        var connection = new Connection { Key = "w", Connector = "f", Role = SystemRole.Wms, DisplayName = "W", BaseAddress = new("sftp://files.example.org/x"), Settings = settings, Secrets = new Dictionary<string, string> { ["password"] = "p" } };
        Assert.Equal([expected], SftpSettings.Check(connection));
    }

    private static string Said(ExchangeAnswer answer, string name) => System.Text.Json.JsonDocument.Parse(answer.Body).RootElement.GetProperty(name).GetString()!;

    private sealed class Refusing : IDialer
    {
        public ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct) => throw new ExchangeException(new Fault(FaultKind.Internal, "outbound.address_refused", "Not from here."));
    }
}
