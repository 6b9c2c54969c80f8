using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>A mail server of a dozen lines: takes what it is sent, answers what the test says.</summary>
internal sealed class SmtpStub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public SmtpStub()
    {
        _listener.Start();
        _loop = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string AnswerToRecipient { get; set; } = "250 ok";

    public List<(string From, string To, string Text)> Mails { get; } = [];

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await TalkAsync(client);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
    }

    private async Task TalkAsync(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 stub");
        var (from, to) = ("", "");
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith("EHLO", StringComparison.OrdinalIgnoreCase))
                await writer.WriteLineAsync("250-stub\r\n250 8BITMIME");
            else if (line.StartsWith("MAIL FROM:", StringComparison.OrdinalIgnoreCase))
            {
                from = line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
                await writer.WriteLineAsync("250 ok");
            }
            else if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
            {
                to = line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
                await writer.WriteLineAsync(AnswerToRecipient);
            }
            else if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(_end.Token) is { } part && part != ".")
                    text.AppendLine(part);
                Mails.Add((from, to, text.ToString()));
                await writer.WriteLineAsync("250 taken");
            }
            else if (line == "QUIT")
            {
                await writer.WriteLineAsync("221 bye");
                return;
            }
            else
                await writer.WriteLineAsync("250 ok");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
    }
}

/// <summary>Takes one call and answers with a status.</summary>
internal sealed class HookStub : IDisposable
{
    private readonly HttpListener _listener = new();

    public HookStub(int status = 204)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/hook/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        Received = TakeAsync(status);
    }

    public string Address { get; }

    public Task<(Dictionary<string, string> Headers, string Body)> Received { get; }

    private async Task<(Dictionary<string, string>, string)> TakeAsync(int status)
    {
        var context = await _listener.GetContextAsync();
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.AllKeys.OfType<string>().ToDictionary(k => k, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase);
        context.Response.StatusCode = status;
        context.Response.Close();
        return (headers, body);
    }

    public void Dispose() => _listener.Close();
}
