using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Connections;

/// <summary>How a connection's health reads. Pure.</summary>
public static class HealthPresentation
{
    /// <summary>The one line under the title: what needs somebody, the most urgent first.</summary>
    public static string Answer(ConnectionHealth health)
    {
        if (health is { Standing.Enabled: true, Problems: [var problem, ..] })
            return $"It cannot work: {problem}";
        var troubles = Troubles(health).Take(3).ToList();
        return troubles.Count == 0 ? "Nothing here needs anybody." : string.Join(" ", troubles);
    }

    private static IEnumerable<string> Troubles(ConnectionHealth health)
    {
        if (health.Standing.Stuck > 0)
            yield return health.Standing.Stuck == 1 ? "1 order is stuck here." : $"{MoneyFormat.Count(health.Standing.Stuck)} orders are stuck here.";
        if (health.RefusedAt is not null)
            yield return "Its credentials are refused.";
        foreach (var credential in health.Credentials.Where(c => c.Level != ExpiryLevel.Fine).OrderByDescending(c => c.Level))
            yield return credential.Level == ExpiryLevel.Expired ? $"Expired: {credential.Name}." : $"Expires {In(credential.ExpiresAt!.Value - health.ReadAt)}: {credential.Name}.";
        if (health.Webhooks?.Count(w => w.State == SubscriptionState.Missing) is > 0 and var missing)
            yield return missing == 1 ? "A subscription is missing." : $"{missing} subscriptions are missing.";
        if (health.Arrivals.IsSilent(health.ReadAt))
            yield return "It has been silent for longer than it usually is.";
        foreach (var feed in health.Feeds.Where(f => f.Fault is not null))
            yield return $"The feed {feed.Name} has trouble.";
        foreach (var budget in health.Budgets.Where(b => b.Outlook.ShortAt is not null))
            yield return $"The rate budget “{budget.Name}” does not last at this pace.";
    }

    private static string In(TimeSpan left) => left.TotalDays >= 2 ? $"in {(int)left.TotalDays} days" : left.TotalHours >= 2 ? $"in {(int)left.TotalHours} hours" : "within two hours";

    /// <param name="addressUnknown">Nothing can be compared: we cannot say where the system should send.</param>
    public static Look Of(SubscriptionState? state, bool addressUnknown = false) => state switch
    {
        SubscriptionState.Active => new("There", Icons.Material.Outlined.CheckCircle, Tone.Done),
        SubscriptionState.Missing => new("Missing", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ when addressUnknown => new("Not compared", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
        _ => new("Not compared yet", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    public static Look? Of(ExpiryLevel level) => level switch
    {
        ExpiryLevel.Soon => new("30 days or less", Icons.Material.Outlined.Schedule, Tone.Info),
        ExpiryLevel.Near => new("7 days or less", Icons.Material.Outlined.Schedule, Tone.Waiting),
        ExpiryLevel.Urgent => new("A day or less", Icons.Material.Outlined.AlarmOn, Tone.Stuck),
        ExpiryLevel.Expired => new("Expired", Icons.Material.Outlined.AlarmOff, Tone.Stuck),
        _ => null,
    };

    /// <summary>Calls, or points where calls are weighed.</summary>
    public static string Unit(BudgetHealth budget, double count) => $"{Number(count)} {(budget.Weighed ? "points" : Math.Abs(count - 1) < 0.5 ? "call" : "calls")}";

    public static string Allowed(BudgetHealth budget) => budget.PerSecond >= 1
        ? $"{budget.PerSecond.ToString("0.##", CultureInfo.InvariantCulture)} a second, {Number(budget.Burst)} at once"
        : $"{(budget.PerSecond * 60).ToString("0.##", CultureInfo.InvariantCulture)} a minute, {Number(budget.Burst)} at once";

    /// <param name="at">Null = it lasts.</param>
    /// <param name="zone">Of whoever reads it.</param>
    public static string Forecast(DateTimeOffset? at, DateTimeOffset now, TimeZoneInfo zone) => at switch
    {
        null => "lasts",
        { } when at - now > TimeSpan.FromDays(1) => "lasts for more than a day",
        { } when at <= now => "is used up now",
        { } when at - now < TimeSpan.FromMinutes(1) => "runs out within a minute",
        { } when_ => $"runs out at {TimeZoneInfo.ConvertTime(when_, zone).ToString("HH:mm", CultureInfo.InvariantCulture)}",
    };

    /// <summary>Where a connection's system would send to, by the address under which the reader has this page open.</summary>
    public static string SeenFromHere(string baseUri, string key) => $"{baseUri.TrimEnd('/')}/in/{key}";

    public static string Lag(TimeSpan lag) => lag.TotalSeconds < 1 ? "under 1 s" : TimeText.Duration(lag);

    /// <param name="share">Null = nothing came, of which it could be a share.</param>
    public static string Percent(double? share) => (share ?? 0).ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double count) => count.ToString(count is > 0 and < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);
}
