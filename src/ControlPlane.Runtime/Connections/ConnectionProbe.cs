using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections.Diagnosis;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections;

/// <summary>One thing that was tried.</summary>
/// <param name="Ok">Null = it could not be tried, because something before it failed, or the system offers nothing to try it on.</param>
/// <param name="Text">What was found, for people.</param>
/// <param name="Code">Of the finding, stable; null when there is none. See <see cref="DiagnosisTexts"/>.</param>
/// <param name="Check">What to do about it; null when there is nothing to do.</param>
/// <param name="Evidence">What the system said, short, without secrets.</param>
public sealed record ProbeStep(string Name, bool? Ok, string Text, string? Code = null, string? Check = null, string? Evidence = null);

/// <summary>
/// Whether a connection can work, stage by stage: settings, name, address, port, certificate, answer, credentials, the first page of each
/// feed, the subscriptions of its webhooks, its queue. Reads only, and sends no credentials over a way that is not sound.
/// </summary>
public sealed class ConnectionProbe
{
    private readonly OutboundGateway _gateway;
    private readonly TimeProvider _clock;

    internal ConnectionProbe(OutboundGateway gateway, TimeProvider clock) => (_gateway, _clock) = (gateway, clock);

    public async Task<IReadOnlyList<ProbeStep>> RunAsync(Connection connection, IConnector connector, CancellationToken ct)
    {
        connector = connector.For(connection);
        var run = new Run(connection, new(connection, connector));
        var problems = connector.Check(connection).ToList();
        if (problems.Count > 0)
            return [run.Finding("Settings", "connection.incomplete", string.Join(" ", problems)), new("Address", null, "Not tried: complete the settings first.")];
        var steps = new List<ProbeStep> { new("Settings", true, "Everything that the connector needs is there.") };
        if (connection.BaseAddress is null)
            steps.Add(new("Address", null, "It has no address: it only receives."));
        else if (await WalkAsync(run, connector, steps, ct))
            await AskAsync(run, connector, steps, ct);
        foreach (var subscription in connector.Subscriptions)
            steps.Add(await ListenAsync(run, subscription, ct));
        if (connector.Receiver is not null && connector.Subscriptions.Count == 0)
            steps.Add(new("Webhooks", null, $"Give the system the address /in/{connection.Key} of this installation. Whether one has come shows on the page of the connection."));
        return steps;
    }

    /// <summary>False: it ends before anything can be said to the system.</summary>
    private static async Task<bool> WalkAsync(Run run, IConnector connector, List<ProbeStep> steps, CancellationToken ct)
    {
        try
        {
            foreach (var stage in await WirePath.WalkAsync(run.Connection, connector, ct))
                steps.Add(stage.Code is null
                    ? new(stage.Name, true, stage.Text, Evidence: stage.Evidence.Length > 0 ? stage.Evidence : null)
                    : run.Finding(stage.Name, stage.Code, stage.Text, stage.Evidence));
        }
        catch (ExchangeException e)
        {
            steps.Add(run.Finding("Certificate", "certificate.own_unreadable", e.Fault.Message));
        }

        if (steps[^1].Ok == true)
            return true;
        steps.Add(new("Credentials", null, "Not tried: the system was not reached."));
        return false;
    }

    private async Task AskAsync(Run run, IConnector connector, List<ProbeStep> steps, CancellationToken ct)
    {
        if (connector.Feeds.Count == 0)
        {
            await ReachAsync(run, connector, steps, ct);
            return;
        }

        var proven = false;
        foreach (var feed in connector.Feeds)
        {
            var exchange = Exchange(run.Connection, connector, feed.Name);
            try
            {
                var page = await feed.ReadAsync(run.Connection, null, _clock.GetUtcNow(), exchange, ct);
                if (!proven)
                    steps.AddRange([new("Answer", true, $"{run.Connection.BaseAddress!.Host} answers."), new("Credentials", true, "The system accepts them.")]);
                proven = true;
                steps.Add(new($"Feed {feed.Name}", true, page.Documents.Count == 0 ? "It answers, and has nothing new at present." : $"It answers; {page.Documents.Count} documents stand on its first page."));
            }
            catch (ExchangeException e)
            {
                if (!proven)
                    steps.AddRange(run.Diagnose(e.Fault, exchange, $"Feed {feed.Name}"));
                else
                    steps.Add(run.Finding($"Feed {feed.Name}", e.Fault, exchange));
                // Refused credentials stay refused; some systems lock an account that tries again and again.
                if (!proven)
                    return;
            }
        }

        if (connector.Webhooks is { } webhooks && webhooks.Topics(run.Connection).Count > 0)
            steps.Add(await SubscriptionsAsync(run, connector, webhooks, ct));
    }

    /// <summary>Nothing is known that could be read: any answer but a refusal of the credentials says that the address is right.</summary>
    private async Task ReachAsync(Run run, IConnector connector, List<ProbeStep> steps, CancellationToken ct)
    {
        var exchange = Exchange(run.Connection, connector, "probe");
        try
        {
            var answer = await exchange.SendAsync(new() { Method = HttpMethod.Get, Path = "", Operation = "probe" }, ct);
            var code = FaultDiagnosis.Of(answer);
            // Many APIs have nothing at their root: 404 there says nothing.
            if (code is "sign_in.refused" or "sign_in.not_allowed" or "answer.sign_in_page" or "answer.moved")
                steps.AddRange(run.Diagnose(code, "", exchange, "Answer"));
            else
                steps.AddRange(
                [
                    new("Answer", true, $"{run.Connection.BaseAddress!.Host} answers (with {answer.Status.ToString(CultureInfo.InvariantCulture)} to a plain question).", Evidence: run.Evidence.Of(answer, signIn: false)),
                    new("Credentials", answer.IsSuccess ? true : null, answer.IsSuccess ? "The system accepts them." : "The first call will show whether they are accepted; there is nothing here that could be asked without changing something."),
                ]);
        }
        catch (ExchangeException e)
        {
            steps.AddRange(run.Diagnose(e.Fault, exchange, "Answer"));
        }
    }

    private async Task<ProbeStep> SubscriptionsAsync(Run run, IConnector connector, IWebhooks webhooks, CancellationToken ct)
    {
        try
        {
            var there = await webhooks.ListAsync(run.Connection, Exchange(run.Connection, connector, "webhooks"), ct);
            var wanted = webhooks.Topics(run.Connection);
            return new("Subscriptions", true, $"They can be read: {wanted.Count} wanted, {wanted.Count(t => there.Any(s => s.Topic == t && s.Active))} of these topics subscribed to by anybody.");
        }
        catch (ExchangeException e)
        {
            return run.Finding("Subscriptions", "webhooks.not_listed", e.Fault.Message);
        }
    }

    private static async Task<ProbeStep> ListenAsync(Run run, ISubscription subscription, CancellationToken ct)
    {
        var name = $"Queue {subscription.Name}";
        using var trial = new QueueTrial(run.Connection);
        try
        {
            await trial.RunAsync(subscription, ct);
        }
        catch (ExchangeException e) when (!trial.Accepted)
        {
            return run.Finding(name, e.Fault.Kind == FaultKind.Authentication ? "queue.refused" : "queue.not_reached", e.Fault.Message);
        }
        catch (ExchangeException)
        {
            // It had accepted us.
        }

        return trial.Accepted ? new(name, true, "The broker accepts us. Nothing was taken from it.") : run.Finding(name, "queue.silent", $"{QueueTrial.Longest.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
    }

    private RecordingExchange Exchange(Connection connection, IConnector connector, string operation) =>
        new(_gateway, connection, connector, new AttemptContext(TenantScope.Default.TenantId, Guid.Empty, "probe", 0, 1, operation, null), _clock);

    /// <summary>Puts findings of one connection into words.</summary>
    private sealed record Run(Connection Connection, Evidence Evidence)
    {
        public IReadOnlyList<ProbeStep> Diagnose(Fault fault, RecordingExchange exchange, string asked) =>
            Diagnose(FaultDiagnosis.Of(fault, exchange.LastAnswer, exchange.LastSignsIn), fault.Message, exchange, asked);

        /// <summary>The stage that failed, and what it says about those around it.</summary>
        public IReadOnlyList<ProbeStep> Diagnose(string code, string detail, RecordingExchange exchange, string asked)
        {
            var host = Connection.BaseAddress!.Host;
            if (FaultDiagnosis.IsAboutCredentials(code))
                return [new("Answer", true, $"{host} answers."), Finding("Credentials", code, detail, exchange)];
            // Whose place is wrong has not refused us.
            return exchange.LastAnswer is null
                ? [Finding("Answer", code, detail, exchange), new("Credentials", null, "Not tried: no answer came.")]
                : [new("Answer", true, $"{host} answers."), new("Credentials", null, "Not known: the answer does not say whether they are accepted."), Finding(asked == "Answer" ? "Question" : asked, code, detail, exchange)];
        }

        public ProbeStep Finding(string name, Fault fault, RecordingExchange exchange) =>
            Finding(name, FaultDiagnosis.Of(fault, exchange.LastAnswer, exchange.LastSignsIn), fault.Message, exchange);

        public ProbeStep Finding(string name, string code, string detail, RecordingExchange exchange)
        {
            var answer = exchange.LastAnswer;
            detail = code switch
            {
                "answer.slow" => $"{Connection.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
                "answer.moved" => Moved(answer),
                "sign_in.grant" => "the sign-in said so",
                _ => detail,
            };
            return Finding(name, code, detail, Evidence.Of(answer, exchange.LastSignsIn), answer?.Status);
        }

        public ProbeStep Finding(string name, string code, string detail, string evidence = "", int? status = null)
        {
            var text = DiagnosisTexts.Of(code);
            return new(name, false, Filled(text.Why, detail, status), text.Code, Filled(text.Check, detail, status), evidence.Length > 0 ? Evidence.Clean(evidence) : null);
        }

        private string Filled(string text, string detail, int? status) => Evidence.Clean(text
            .Replace("{system}", Connection.DisplayName, StringComparison.Ordinal)
            .Replace("{host}", Connection.BaseAddress?.Host ?? "the system", StringComparison.Ordinal)
            .Replace("{port}", Connection.BaseAddress is { } a ? (a.Port > 0 ? a.Port : 22).ToString(CultureInfo.InvariantCulture) : "", StringComparison.Ordinal)
            .Replace("{status}", status?.ToString(CultureInfo.InvariantCulture) ?? "no status", StringComparison.Ordinal)
            .Replace("{detail}", detail, StringComparison.Ordinal));

        /// <summary>Without the query, in which such addresses carry what they should not.</summary>
        private static string Moved(ExchangeAnswer? answer) =>
            answer?.Header("Location") is { } to && Uri.TryCreate(to, UriKind.RelativeOrAbsolute, out var uri)
                ? uri.IsAbsoluteUri ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : to.Split('?', '#')[0]
                : "without saying which";
    }
}
