namespace ControlPlane.Domain.Crosswalks;

/// <summary>Global Trade Item Numbers: GTIN-8, -12 (UPC), -13 (EAN) and -14. Check digit by GS1 General Specifications, section 7.9.</summary>
public static class Gtin
{
    /// <summary>All digits, and as many as a GTIN has.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> code) => code.Length is 8 or 12 or 13 or 14 && code.IndexOfAnyExceptInRange('0', '9') < 0;

    public static bool IsValid(ReadOnlySpan<char> code) => LooksLikeOne(code) && CheckDigit(code[..^1]) == code[^1] - '0';

    /// <summary>For the digits before it: weighted 3 and 1 in turn, from the right.</summary>
    public static int CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
            sum += (digits[^(i + 1)] - '0') * (i % 2 == 0 ? 3 : 1);
        return (10 - sum % 10) % 10;
    }

    /// <summary>In fourteen digits, so that the shorter forms of one number compare equal; null when it is none, or its check digit is wrong.</summary>
    public static string? Normalize(ReadOnlySpan<char> code) => IsValid(code) ? code.ToString().PadLeft(14, '0') : null;
}
