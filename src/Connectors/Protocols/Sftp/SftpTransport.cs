using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Renci.SshNet.Common;

namespace Connectors.Protocols.Sftp;

/// <summary>
/// Files of an SFTP server as requests: <c>PUT</c>, <c>GET</c>, <c>LIST</c>, <c>MOVE</c> with the header <c>Destination</c>, <c>DELETE</c>. The
/// statuses are HTTP's nearest, so that manifests, look-ups and records of attempts are the same as for HTTP.
/// </summary>
internal sealed class SftpTransport(Connection connection, IDialer dialer) : ITransport
{
    public static readonly HttpMethod List = new("LIST");
    public static readonly HttpMethod Move = new("MOVE");

    /// <summary>Where a moved file goes, as a path like that of the request.</summary>
    public const string DestinationHeader = "Destination";

    /// <summary>Sessions at once; calls beyond wait. Servers bear few: OpenSSH begins to turn away at ten that have not signed in yet.</summary>
    private const int MostSessions = 8;
    private const int MostSigningIn = 2;

    /// <summary>Names are spread over so many turns.</summary>
    private const int Writing = 16;

    private readonly ConcurrentBag<SftpSession> _idle = [];
    private readonly SemaphoreSlim _places = new(MostSessions);
    private readonly SemaphoreSlim _signingIn = new(MostSigningIn);
    private readonly SemaphoreSlim[] _writing = [.. Enumerable.Range(0, Writing).Select(_ => new SemaphoreSlim(1))];
    private volatile bool _disposed;

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (request.Absolute is not null)
            throw new ExchangeException(new Fault(FaultKind.Internal, "sftp.no_other_host", "An SFTP connection reaches its own server only."));
        if (request.Method != HttpMethod.Put)
            return await CarryAsync(request, ct);
        // The same content under the same name has the same temporary file: two such writes go one after the other.
        var turn = _writing[(uint)string.GetHashCode(request.Path, StringComparison.Ordinal) % Writing];
        await turn.WaitAsync(ct);
        try
        {
            return await CarryAsync(request, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ExchangeAnswer> CarryAsync(ExchangeRequest request, CancellationToken ct)
    {
        // A session that was idle may have been closed by the server without a word; then a new one is tried, once, where nothing was done yet.
        for (var again = false; ; again = true)
        {
            var (session, used) = await RentAsync(ct);
            var call = new SftpCall(session, connection);
            try
            {
                var answer = await call.RunAsync(request, ct);
                Return(session);
                return answer;
            }
            catch (ExchangeException)
            {
                // Refused before or by the server; the session is as it was.
                Return(session);
                throw;
            }
            catch (SftpPermissionDeniedException e)
            {
                Return(session);
                throw new ExchangeException(SftpFaults.NotAllowed(connection, call.Path), e);
            }
            catch (SftpPathNotFoundException e)
            {
                Return(session);
                throw new ExchangeException(SftpFaults.NoFolder(connection, SftpPath.Split(call.Path).Folder), e);
            }
            catch (SftpException e) when (!SftpFaults.IsBrokenOff(e))
            {
                bool full;
                try
                {
                    full = await call.IsFullAsync(ct);
                }
                finally
                {
                    // With it goes what it may still hold open there.
                    Drop(session);
                }

                throw new ExchangeException(full ? SftpFaults.DiskFull(connection) : SftpFaults.Failed(connection, call.Path, e), e);
            }
            catch (Exception e) when (SftpFaults.IsBrokenOff(e))
            {
                Drop(session);
                if (used && !again && !call.Began)
                    continue;
                throw new ExchangeException(SftpFaults.CutOff(connection, call.MayBeVisible), e);
            }
            catch
            {
                Drop(session);
                throw;
            }
        }
    }

    private async Task<(SftpSession Session, bool Used)> RentAsync(CancellationToken ct)
    {
        await _places.WaitAsync(ct);
        try
        {
            if (Idle() is { } idle)
                return (idle, true);
            await _signingIn.WaitAsync(ct);
            try
            {
                return Idle() is { } freed ? (freed, true) : (await SftpSession.OpenAsync(connection, dialer, ct), false);
            }
            finally
            {
                _signingIn.Release();
            }
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    private SftpSession? Idle()
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.IsOpen)
                return idle;
            idle.Dispose();
        }

        return null;
    }

    private void Return(SftpSession session)
    {
        if (!_disposed && session.IsOpen)
            _idle.Add(session);
        else
            session.Dispose();
        _places.Release();
    }

    private void Drop(SftpSession session)
    {
        session.Dispose();
        _places.Release();
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_idle.TryTake(out var idle))
            idle.Dispose();
        return ValueTask.CompletedTask;
    }
}
