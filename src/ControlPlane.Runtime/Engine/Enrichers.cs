using System.Globalization;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Runtime.Engine;

/// <summary>What enrich steps add, decided from the order and the step's settings alone.</summary>
internal static class Enrichers
{
    /// <summary>Tax as the channel sent it; computed from the rate of the destination where it sent none.</summary>
    public static (string Summary, Dictionary<string, string> Outputs) Tax(CanonicalOrder order, IReadOnlyDictionary<string, string> settings)
    {
        if (order.TaxMinor is { } sent)
            return ($"Tax taken from the channel: {new Domain.Shared.Money(sent, order.Currency)}", new() { ["taxMinor"] = sent.ToString(CultureInfo.InvariantCulture), ["taxSource"] = "channel" });
        var country = order.ShipTo?.CountryCode ?? order.BillTo?.CountryCode ?? "";
        if (order.TotalMinor is not { } total || !settings.TryGetValue("rate." + country, out var text)
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate))
            return ("No tax was sent, and no rate is known for the destination", new() { ["taxSource"] = "none" });
        // Included: total × rate / (100 + rate); on top: total × rate / 100. Commercial rounding, as invoices round.
        var tax = decimal.Round(total * rate / (order.PricesIncludeTax ? 100 + rate : 100), MidpointRounding.AwayFromZero);
        return ($"Tax computed at {rate.ToString(CultureInfo.InvariantCulture)} % for {country}", new() { ["taxMinor"] = tax.ToString(CultureInfo.InvariantCulture), ["taxSource"] = "computed" });
    }

    /// <summary>Signs that a person may want to look at it. A flag, never a refusal.</summary>
    public static (string Summary, Dictionary<string, string> Outputs) FraudFlag(CanonicalOrder order, IReadOnlyDictionary<string, string> settings)
    {
        var signs = new List<string>();
        if (settings.TryGetValue("totalAboveMinor", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var limit) && order.TotalMinor > limit)
            signs.Add("high-value");
        if (order.ShipTo?.CountryCode is { } to && order.BillTo?.CountryCode is { } from && to != from)
            signs.Add("ships-to-another-country");
        if (order.Lines.Any(l => l.Quantity >= 50))
            signs.Add("large-quantity");
        return signs.Count == 0
            ? ("No sign of fraud", new() { ["fraudFlag"] = "" })
            : ($"Flagged: {string.Join(", ", signs)}", new() { ["fraudFlag"] = string.Join(',', signs) });
    }
}
