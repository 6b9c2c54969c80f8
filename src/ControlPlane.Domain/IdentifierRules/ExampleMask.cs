namespace ControlPlane.Domain.IdentifierRules;

/// <summary>An example of a number that cannot be used to find anybody.</summary>
public static class ExampleMask
{
    /// <summary>The first and last two characters of six or more, otherwise the first; the rest are dots.</summary>
    public static string Of(string value) => value.Length switch
    {
        0 => "",
        < 6 => value[..1] + new string('•', value.Length - 1),
        _ => value[..2] + new string('•', Math.Min(value.Length - 4, 12)) + value[^2..],
    };
}
