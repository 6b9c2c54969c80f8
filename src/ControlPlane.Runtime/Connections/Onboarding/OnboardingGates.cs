using System.Globalization;
using ControlPlane.Runtime.Settings;

namespace ControlPlane.Runtime.Connections.Onboarding;

/// <summary>What a connection has to show before it goes live, and whether it did. Pure.</summary>
public static class OnboardingGates
{
    public static IReadOnlyList<string> Names { get; } = ["credentials", "arrival", "samples", "crosswalks", "budget", "owner", "target", "tests", "schema", "shadow"];

    public static IReadOnlyList<Gate> Judge(OnboardingFacts facts, OnboardingOptions asked) =>
    [
        .. new[] { Credentials(facts), Arrival(facts), Samples(facts, asked), Crosswalks(facts, asked), Budget(facts), Owner(facts), Target(facts), Tests(facts), Schema(facts), Shadow(facts, asked) }
            .Select(g => g.State == GateState.Open && facts.Waivers.GetValueOrDefault(g.Name) is { } waiver ? g with { State = GateState.Waived, Evidence = $"{g.Evidence} Waived: {waiver.Text}", At = waiver.At, Next = "" } : g),
    ];

    private static Gate Credentials(OnboardingFacts f)
    {
        const string Title = "Credentials proven";
        if (f.Expired)
            return Open("credentials", Title, "Something that proves us has expired.", null, "Enter a new one, then test the connection.");
        if (f.RefusedAt is { } refused)
            return Open("credentials", Title, "They were refused since they last worked.", refused, "Renew them, then test the connection.");
        return f.Test switch
        {
            { Passed: true } test => new("credentials", Title, GateState.Passed, test.Text, test.At, "", f.Expiring),
            { } test => Open("credentials", Title, test.Text, test.At, "Do what the test says, and test again."),
            _ when !f.Calls => new("credentials", Title, GateState.NotNeeded, "It only receives; nothing of it is called.", null, ""),
            _ => Open("credentials", Title, "It was not tested yet.", null, "Test the connection."),
        };
    }

    private static Gate Arrival(OnboardingFacts f)
    {
        const string Title = "Messages arrive";
        if (!f.Receives)
            return new("arrival", Title, GateState.NotNeeded, "Nothing is expected from it.", null, "");
        if (f.WebhookAt is { } webhook)
            return new("arrival", Title, GateState.Passed, "A webhook came whose signature is right.", webhook, "");
        if (f.QueuedAt is { } queued)
            return new("arrival", Title, GateState.Passed, "A message came from its queue.", queued, "");
        return f.PolledAt is { } polled
            ? new("arrival", Title, GateState.Passed, "Its feed was read.", polled, "")
            : Open("arrival", Title, "Nothing has come yet.", null, "Let the system send a webhook, or let its feed be asked.");
    }

    private static Gate Samples(OnboardingFacts f, OnboardingOptions asked)
    {
        const string Title = "Sample orders mapped";
        if (!f.Receives)
            return new("samples", Title, GateState.NotNeeded, "Nothing is expected from it.", null, "");
        if (f.Refused > 0)
            return Open("samples", Title, $"{Count(f.Orders, "order")} understood, and {Count(f.Refused, "message")} refused among the newest.", f.LastOrderAt, "Open the refused messages and correct the mapping. They leave this figure when newer ones were taken.");
        return f.Orders >= asked.SampleOrders
            ? new("samples", Title, GateState.Passed, $"{Count(f.Orders, "order")} understood, none refused.", f.LastOrderAt, "")
            : Open("samples", Title, string.Create(CultureInfo.InvariantCulture, $"{f.Orders} of {asked.SampleOrders} orders understood, none refused."), f.LastOrderAt, f.Orders == 0 ? "Let the system send orders." : "Let the system send more; if there are no more, say so in a waiver.");
    }

    private static Gate Crosswalks(OnboardingFacts f, OnboardingOptions asked)
    {
        const string Title = "Codes are known";
        if (!f.Receives)
            return new("crosswalks", Title, GateState.NotNeeded, "Nothing is expected from it.", null, "");
        if (f.Scanned == 0)
            return Open("crosswalks", Title, "There are no messages to look at yet.", null, "Let the system send orders.");
        // Rounded down: 97.9 is not 98.
        var percent = (f.Scanned - f.WithGaps) * 100 / f.Scanned;
        var words = string.Create(CultureInfo.InvariantCulture, $"{percent} % of {Count(f.Scanned, "message")} need no missing entry; asked are {asked.CrosswalkPercent} %.");
        return percent >= asked.CrosswalkPercent ? new("crosswalks", Title, GateState.Passed, words, null, "") : Open("crosswalks", Title, words, null, "Fill the crosswalks from their gap report.");
    }

    private static Gate Budget(OnboardingFacts f) => (f.Calls, f.Budgets) switch
    {
        (false, _) => new("budget", "Rate plan set", GateState.NotNeeded, "It only receives; nothing of it is called.", null, ""),
        (_, > 0) => new("budget", "Rate plan set", GateState.Passed, $"{Count(f.Budgets, "budget")} known.", null, ""),
        _ => Open("budget", "Rate plan set", "Its connector says no limits.", null, "Write the limits of the system into the connector (rate:), or say in a waiver that it has none."),
    };

    private static Gate Owner(OnboardingFacts f) => f.Owner.Length > 0
        ? new("owner", "Owner named", GateState.Passed, $"{f.Owner} is asked when it fails.", null, "")
        : Open("owner", "Owner named", "Nobody is named who is asked when it fails.", null, "Save the connection with an owner.");

    private static Gate Target(OnboardingFacts f) => f.Target is { } target
        ? new("target", "Target set", GateState.Passed, target.Text, target.At, "")
        : Open("target", "Target set", "It is not said what this connection promises.", null, "Say it in words: 99 of 100 orders in the ERP within 15 minutes.");

    private static Gate Tests(OnboardingFacts f) => (f.TestsFailed.Count, f.TestsPassed, f.Receives) switch
    {
        (> 0, _, _) => Open("tests", "Mapping tests green", $"{Count(f.TestsFailed.Count, "test")} red: {string.Join(", ", f.TestsFailed.Take(3))}.", null, "Correct the connector, or renew what the test expects."),
        (_, > 0, _) => new("tests", "Mapping tests green", GateState.Passed, $"{Count(f.TestsPassed, "test")} green.", null, ""),
        (_, _, false) => new("tests", "Mapping tests green", GateState.NotNeeded, "Nothing is expected from it.", null, ""),
        _ => Open("tests", "Mapping tests green", "No message is kept as a test.", null, "Open the connector, choose a message and keep it as a test."),
    };

    private static Gate Schema(OnboardingFacts f) => (f.Schemas, f.InactiveSchemas.Count) switch
    {
        (0, _) => new("schema", "Schema active", GateState.NotNeeded, "No schema is registered for what it sends.", null, ""),
        (_, 0) => new("schema", "Schema active", GateState.Passed, $"{Count(f.Schemas, "schema")} active.", null, ""),
        _ => Open("schema", "Schema active", $"Without an active version: {string.Join(", ", f.InactiveSchemas.Take(3))}.", null, "Activate a version of it."),
    };

    private static Gate Shadow(OnboardingFacts f, OnboardingOptions asked)
    {
        const string Title = "Shadow run";
        if (!f.Receives)
            return new("shadow", Title, GateState.NotNeeded, "Nothing is expected from it.", null, "");
        if (f.ShadowSince is not { } since)
            return Open("shadow", Title, "It has not begun.", null, "It begins when the connection is saved with a shadow run.");
        var hours = (int)(f.Now - since).TotalHours;
        var words = string.Create(CultureInfo.InvariantCulture, $"{hours} of {asked.ShadowHours} hours; nothing was started and nothing sent.");
        return hours >= asked.ShadowHours ? new("shadow", Title, GateState.Passed, words, since, "") : Open("shadow", Title, words, since, "Wait, or say in a waiver why it may be shorter.");
    }

    private static Gate Open(string name, string title, string evidence, DateTimeOffset? at, string next) => new(name, title, GateState.Open, evidence, at, next);

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");
}
