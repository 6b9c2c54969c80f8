using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Transactions;

/// <summary>The words of a verdict. Technical names get their words here, once, for portal, API and timeline.</summary>
public static class VerdictWords
{
    /// <summary>Ends the next step where a retry alone changes nothing.</summary>
    public const string Unchanged = "Sending it again unchanged cannot help.";

    /// <summary>True where the verdict says that a retry alone changes nothing.</summary>
    public static bool CannotHelp(Verdict verdict) => verdict.NextStep.Contains(Unchanged, StringComparison.Ordinal);

    /// <summary>"the ERP (Business Central)"; the role alone when the connection is called by it.</summary>
    public static string The(VerdictSystem system)
    {
        var role = Role(system.Role);
        return system.DisplayName.Length == 0 || role.EndsWith(system.DisplayName, StringComparison.OrdinalIgnoreCase) || system.DisplayName.Equals(role, StringComparison.OrdinalIgnoreCase)
            ? role
            : $"{role} ({system.DisplayName})";
    }

    public static string Role(SystemRole role) => role switch
    {
        SystemRole.Storefront => "the shop",
        SystemRole.Marketplace => "the marketplace",
        SystemRole.PointOfSale => "the till",
        SystemRole.B2B => "the B2B portal",
        SystemRole.Erp => "the ERP",
        SystemRole.Wms => "the warehouse",
        SystemRole.ThreePl => "the 3PL",
        SystemRole.Payment => "the payment provider",
        SystemRole.Tax => "the tax engine",
        SystemRole.CustomerData => "the customer data system",
        SystemRole.Notification => "the notification service",
        SystemRole.EventBroker => "the event broker",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>A stage as a person reads it: <c>erp-posted</c> → "ERP posted".</summary>
    public static string Stage(string name)
    {
        if (name.Length == 0)
            return "";
        var words = name.Split(['-', '_'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
            words[i] = words[i].ToLowerInvariant() switch
            {
                "erp" => "ERP",
                "wms" => i == 0 ? "Warehouse" : "warehouse",
                "3pl" => "3PL",
                var word => i == 0 ? Cap(word) : word,
            };
        return string.Join(' ', words);
    }

    /// <summary>What an awaited event brings: <c>shipment.confirmed</c> → "shipment".</summary>
    public static string Event(string name) => name switch
    {
        "warehouse.acknowledged" => "acknowledgement",
        "shipment.confirmed" => "shipment",
        "order.updated" => "release of the order",
        _ => name.Replace('.', ' ').Replace('_', ' '),
    };

    /// <summary>What is expected next: an event as <see cref="Event"/> says it, a stage as <see cref="Stage"/> does.</summary>
    public static string Expected(string what) => what.Contains('.', StringComparison.Ordinal) ? Event(what) : Stage(what);

    /// <summary>Why a deadline is what it is: ", its last pick-up that meets ship-by". Empty where it is only a time that passed.</summary>
    public static string Because(VerdictExpectation expected) => expected.Why switch
    {
        ExpectationReason.PickUp => ", with the last pick-up that meets ship-by",
        ExpectationReason.ShipBy when expected.ShipBy is { } shipBy && shipBy > expected.By => $", {Duration(shipBy - expected.By)} before ship-by",
        ExpectationReason.ShipBy => ", its ship-by",
        ExpectationReason.Promise => ", as it promised",
        ExpectationReason.Late => ", because ship-by is near or over",
        _ => "",
    };

    public static string Events(IReadOnlyList<string> names) =>
        names.Count == 0 ? "answer" : string.Join(" or ", names.Select(Event).Distinct());

    /// <summary><c>14:02</c>; with the date on another day, with its year in another year. UTC is named, so that a text without a page around it is exact.</summary>
    public static string Time(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var format = local.Date == today.Date ? "HH:mm" : local.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture) + (zone.Equals(TimeZoneInfo.Utc) ? " UTC" : "");
    }

    /// <summary><c>4 s</c>, <c>38 min</c>, <c>3 h 12 min</c>, <c>2 d 3 h</c>. Negative counts as nothing.</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1))
            return $"{Math.Max(0, (int)span.TotalSeconds)} s";
        if (span < TimeSpan.FromHours(1))
            return $"{(int)span.TotalMinutes} min";
        if (span < TimeSpan.FromDays(1))
            return span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min";
        return span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h";
    }

    /// <summary><c>840 µs</c>, <c>163 ms</c>, <c>2.4 s</c>, then as <see cref="Duration"/>.</summary>
    public static string Took(int microseconds) => microseconds switch
    {
        < 1_000 => $"{microseconds} µs",
        < 1_000_000 => $"{microseconds / 1_000} ms",
        < 60_000_000 => (microseconds / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => Duration(TimeSpan.FromMicroseconds(microseconds)),
    };

    public static string Cap(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Ends with exactly one full stop.</summary>
    public static string Sentence(string text) => text.Length == 0 || text[^1] is '.' or '?' or '…' ? text : text + ".";
}
