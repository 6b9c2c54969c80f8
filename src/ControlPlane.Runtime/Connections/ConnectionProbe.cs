using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections;

/// <summary>One thing that was tried.</summary>
/// <param name="Ok">Null = it could not be tried, because something before it failed, or the system offers nothing to try it on.</param>
/// <param name="Text">What was found, for people, and what to do about it.</param>
public sealed record ProbeStep(string Name, bool? Ok, string Text, string? Code = null);

/// <summary>Whether a connection can work: its settings, its address, its credentials, and the first page of each of its feeds. Reads only.</summary>
public sealed class ConnectionProbe
{
    private readonly OutboundGateway _gateway;
    private readonly TimeProvider _clock;

    internal ConnectionProbe(OutboundGateway gateway, TimeProvider clock) => (_gateway, _clock) = (gateway, clock);

    public async Task<IReadOnlyList<ProbeStep>> RunAsync(Connection connection, IConnector connector, CancellationToken ct)
    {
        connector = connector.For(connection);
        var problems = connector.Check(connection).ToList();
        if (problems.Count > 0)
            return [new("Settings", false, string.Join(" ", problems), "connection.incomplete"), new("Address", null, "Not tried: complete the settings first.")];
        var steps = new List<ProbeStep> { new("Settings", true, "Everything that the connector needs is there.") };
        if (connection.BaseAddress is null)
            return [.. steps, new("Address", null, "It has no address: it only receives.")];
        if (connector.Feeds.Count == 0)
            steps.AddRange(await ReachAsync(connection, connector, ct));
        foreach (var feed in connector.Feeds)
            steps.AddRange(await ReadAsync(connection, connector, feed, steps.Count == 1, ct));
        if (connector.Receiver is not null)
            steps.Add(new("Webhooks", null, $"Give the system the address /in/{connection.Key} of this installation. Whether one has come shows on the page Connections."));
        return steps;
    }

    private async Task<IReadOnlyList<ProbeStep>> ReadAsync(Connection connection, IConnector connector, IFeed feed, bool first, CancellationToken ct)
    {
        try
        {
            var page = await feed.ReadAsync(connection, null, _clock.GetUtcNow(), Exchange(connection, connector, feed.Name), ct);
            var found = new ProbeStep($"Feed {feed.Name}", true, page.Documents.Count == 0 ? "It answers, and has nothing new at present." : $"It answers; {page.Documents.Count} documents stand on its first page.");
            return first ? [new("Address", true, $"{connection.BaseAddress!.Host} answers."), new("Credentials", true, "The system accepts them."), found] : [found];
        }
        catch (ExchangeException e)
        {
            return Diagnose(connection, e.Fault, $"Feed {feed.Name}");
        }
    }

    /// <summary>Nothing is known that could be read: any answer but a refusal of the credentials says that the address is right.</summary>
    private async Task<IReadOnlyList<ProbeStep>> ReachAsync(Connection connection, IConnector connector, CancellationToken ct)
    {
        try
        {
            var answer = await Exchange(connection, connector, "probe").SendAsync(new() { Method = HttpMethod.Get, Path = "", Operation = "probe" }, ct);
            var reached = new ProbeStep("Address", true, $"{connection.BaseAddress!.Host} answers (with {answer.Status} to a plain question).");
            return answer.Status is 401 or 403
                ? [reached, new("Credentials", false, HttpFaults.From(answer, connection.DisplayName, _clock.GetUtcNow()).Message + " Check what was entered, and what the account may do.", $"http.{answer.Status}")]
                : [reached, new("Credentials", answer.IsSuccess ? true : null, answer.IsSuccess ? "The system accepts them." : "The first call will show whether they are accepted; there is nothing here that could be asked without changing something.")];
        }
        catch (ExchangeException e)
        {
            return Diagnose(connection, e.Fault, null);
        }
    }

    private static IReadOnlyList<ProbeStep> Diagnose(Connection connection, Fault fault, string? feed)
    {
        var host = connection.BaseAddress!.Host;
        if (fault.Kind == FaultKind.Authentication)
            return [new("Address", true, $"{host} answers."), new("Credentials", false, $"{fault.Message} Check what was entered, and what the account may do.", fault.Code)];
        if (fault.Code.StartsWith("http.", StringComparison.Ordinal) || fault.Code.StartsWith("answer.", StringComparison.Ordinal) || fault.Code.StartsWith("feed.", StringComparison.Ordinal) || fault.Code.StartsWith("sftp.", StringComparison.Ordinal) && fault.Code != "sftp.not_connected" || fault.Kind is FaultKind.Data or FaultKind.Throttled or FaultKind.Maintenance)
            return [new("Address", true, $"{host} answers."), new(feed ?? "Answer", false, fault.Message, fault.Code)];
        return [new("Address", false, $"{fault.Message} Check the address, and whether this machine may reach it.", fault.Code), new("Credentials", null, "Not tried: the system was not reached.")];
    }

    private RecordingExchange Exchange(Connection connection, IConnector connector, string operation) =>
        new(_gateway, connection, connector, new AttemptContext(TenantScope.Default.TenantId, Guid.Empty, "probe", 0, 1, operation, null), _clock);
}
