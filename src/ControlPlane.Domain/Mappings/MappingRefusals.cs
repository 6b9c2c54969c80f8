using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

/// <summary>Why an order cannot be mapped. Messages name places, never contents.</summary>
internal static class MappingRefusals
{
    public const string RequiredMissing = "mapping.required_missing";
    public const string CurrencyUnknown = "mapping.currency_unknown";
    public const string NotAnInteger = "mapping.not_an_integer";
    public const string NotANumber = "mapping.not_a_number";
    public const string NotADate = "mapping.not_a_date";
    public const string NotABoolean = "mapping.not_a_boolean";
    public const string ExpressionFailed = "mapping.expression_failed";

    public static Refusal Missing(string template, string target, IEnumerable<string> fields) => new(
        RequiredMissing, fields.First(),
        $"{target} is required in {template}, and {string.Join(" or ", fields)} has no value. Add the value, or give the mapping a default.");

    public static Refusal Failed(string template, string target, string field, string problem) => new(
        ExpressionFailed, field, $"The expression for {target} in {template} failed: {problem}");

    public static Refusal Of(string code, string template, string target, string field) => new(code, field, code switch
    {
        CurrencyUnknown => $"{target} in {template} needs an amount, and the order's currency is not an active ISO 4217 code.",
        NotAnInteger => $"{target} in {template} must be a whole number, and {field} is not one.",
        NotANumber => $"{target} in {template} must be a number with a decimal point, and {field} is not one.",
        NotADate => $"{target} in {template} must be a date in ISO 8601, and {field} is not one.",
        _ => $"{target} in {template} must be true or false, and {field} is neither.",
    });
}
