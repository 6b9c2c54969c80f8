using System.Globalization;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Web.Controls;

/// <summary>Amounts with thousands separators and the ISO code: a bare $ could be any of twenty currencies.</summary>
public static class MoneyFormat
{
    public static string Amount(Money money) =>
        money.ToDecimal().ToString("N" + Currencies.MinorDigits(money.Currency), CultureInfo.InvariantCulture);

    public static string Text(Money money) => $"{Amount(money)} {money.Currency}";

    /// <summary>Several currencies side by side, largest first; they are never added up. At most <paramref name="most"/> are named.</summary>
    public static string Sum(IEnumerable<Money> amounts, int most = 2)
    {
        var ordered = amounts.Where(m => m.MinorUnits != 0).OrderByDescending(m => m.ToDecimal()).ToList();
        if (ordered.Count == 0)
            return "none";
        var named = string.Join(" + ", ordered.Take(most).Select(Text));
        return ordered.Count > most ? $"{named} + {ordered.Count - most} more currencies" : named;
    }

    /// <summary>Whole numbers with separators: <c>2,318</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
