using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Outbound.Metering;

/// <summary>
/// Notes on this node what calls use and prove, in memory; <see cref="OutboundMeterHost"/> writes it every few seconds. What a node that
/// dies had not written is lost: these are figures, not work.
/// </summary>
internal sealed class OutboundMeter(Node node, TimeProvider clock)
{
    private const long Minute = 60_000_000;

    private readonly Lock _lock = new();
    private Dictionary<(string Connection, string Budget, long Minute), BudgetMinuteRow> _minutes = [];
    private Dictionary<(string Connection, string Name), ConnectionFactRow> _facts = [];

    public void Used(string connection, string budget, double tokens) => Count(connection, budget, row =>
    {
        row.UsedMilli += (long)Math.Round(tokens * 1000);
        row.Calls++;
    });

    public void Waited(string connection, string budget) => Count(connection, budget, row => row.Waits++);

    /// <summary>What an answer says of our credentials, and of the budget.</summary>
    public void Answered(Connection connection, string budget, bool authenticated, int status)
    {
        if (status == 429)
            Count(connection.Key, budget, row => row.Refused++);
        if (!authenticated)
            return;
        if (status is >= 200 and < 300)
            Fact(connection.Key, ConnectionFactRow.Proven, "", null);
        else if (status == 401)
            Fact(connection.Key, ConnectionFactRow.NotAccepted, string.Create(CultureInfo.InvariantCulture, $"answered with {status}"), null);
    }

    public void TokenFetched(string connection, string name, TimeSpan lifetime) =>
        Fact(connection, ConnectionFactRow.Token + PayloadRows.Cut(name, ColumnLengths.Key - ConnectionFactRow.Token.Length), "", clock.GetUtcNow() + lifetime);

    public void Certificate(string connection, X509Certificate2 certificate) =>
        Fact(connection, ConnectionFactRow.ServerCertificate, certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false), new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero));

    /// <summary>Everything since the last time; null when there is nothing.</summary>
    public CommitUnit? Drain()
    {
        lock (_lock)
        {
            if (_minutes.Count == 0 && _facts.Count == 0)
                return null;
            var unit = new CommitUnit();
            // In one order on every node, so that two nodes wait for each other instead of dead-locking.
            unit.BudgetMinutes.AddRange(_minutes.OrderBy(m => m.Key).Select(m => m.Value));
            unit.ConnectionFacts.AddRange(_facts.OrderBy(f => f.Key).Select(f => f.Value));
            (_minutes, _facts) = ([], []);
            return unit;
        }
    }

    private void Count(string connection, string budget, Action<BudgetMinuteRow> count)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var minute = now - now % Minute;
        lock (_lock)
        {
            if (!_minutes.TryGetValue((connection, budget, minute), out var row))
                _minutes[(connection, budget, minute)] = row = new() { TenantId = TenantScope.Default.TenantId, Connection = connection, Budget = PayloadRows.Cut(budget, ColumnLengths.Key)!, Minute = minute, NodeId = node.Id };
            count(row);
        }
    }

    private void Fact(string connection, string name, string value, DateTimeOffset? expires)
    {
        var row = new ConnectionFactRow
        {
            TenantId = TenantScope.Default.TenantId, Connection = connection, Name = name, Value = PayloadRows.Cut(value, ColumnLengths.Summary)!, At = clock.GetUtcNow().ToMicroseconds(), ExpiresAt = expires?.ToMicroseconds(),
        };
        lock (_lock)
            _facts[(connection, name)] = row;
    }
}
