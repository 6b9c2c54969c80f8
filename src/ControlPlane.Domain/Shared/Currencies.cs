using System.Collections.Frozen;

namespace ControlPlane.Domain.Shared;

/// <summary>Active ISO 4217 codes and how many digits their minor unit has. Source: ISO 4217:2015 list one.</summary>
public static class Currencies
{
    private const string TwoDigits =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD "
        + "EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
        + "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL "
        + "THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

    private static readonly FrozenDictionary<string, int> Digits = TwoDigits.Split(' ').Select(c => (c, 2))
        .Concat("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".Split(' ').Select(c => (c, 0)))
        .Concat("BHD IQD JOD KWD LYD OMR TND".Split(' ').Select(c => (c, 3)))
        .ToFrozenDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    public static bool IsKnown(string? code) => code is not null && Digits.ContainsKey(code);

    /// <summary>0, 2 or 3. Throws on an unknown code: check <see cref="IsKnown"/> where the code comes from outside.</summary>
    public static int MinorDigits(string code) => Digits[code];
}
