using System.Globalization;
using Acornima.Ast;
using ControlPlane.Domain.Mappings.Incoming;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Connectors.Protocols.Expressions;

/// <summary>
/// Expressions of mapping rows, in JavaScript. Only what ends by itself is let in (<see cref="ExpressionRules"/>), so that the time an
/// expression takes is bounded by its length; the engine's own limits stand behind that. Each run has an engine of its own, without
/// clock, chance, or anything of ours within reach.
/// </summary>
public sealed class Expressions : IExpressionCompiler
{
    public static Expressions Instance { get; } = new();

    /// <summary>A value that is longer is cut off from an expression: no field of an order needs more.</summary>
    internal const int LongestText = 10_000;

    public IExpression? Compile(string text, IReadOnlyCollection<string> names, out string problem)
    {
        problem = "";
        if (names.FirstOrDefault(n => !ExpressionRules.IsName(n)) is { } bad)
        {
            problem = $"'{bad}' is no name for a value. Allowed: letters and digits, beginning with a letter, at most 40, and no word of JavaScript.";
            return null;
        }

        if (ExpressionRules.TooDeep(text))
        {
            problem = "The expression is nested too deep.";
            return null;
        }

        try
        {
            var script = Engine.PrepareScript($"({text}\n)", options: new() { ParsingOptions = new() { CompileRegex = false } });
            problem = new ExpressionRules(names).Check(script.Program!);
            return problem.Length > 0 ? null : new Expression(script);
        }
        catch (ScriptPreparationException bad2)
        {
            problem = $"The expression is no JavaScript: {bad2.InnerException?.Message ?? bad2.Message}";
            return null;
        }
    }

    private sealed class Expression(Prepared<Script> script) : IExpression
    {
        public string? Evaluate(IReadOnlyList<KeyValuePair<string, string?>> values, out string problem)
        {
            problem = "";
            using var engine = new Engine(Limit);
            engine.SetValue("replace", new Func<string, string, string, string>(Replace));
            foreach (var (name, text) in values)
                engine.SetValue(name, ValueOf(text));
            try
            {
                return TextOf(engine.Evaluate(script), out problem);
            }
            catch (JavaScriptException bad)
            {
                problem = bad.Message;
            }
            catch (Exception bad) when (bad is JintException or TimeoutException or OperationCanceledException or ArgumentException)
            {
                problem = "It took too long, or too much memory.";
            }

            return null;
        }

        private static void Limit(Options options)
        {
            options.Strict();
            options.TimeoutInterval(TimeSpan.FromMilliseconds(100));
            options.MaxStatements(1_000);
            options.LimitMemory(4_000_000);
            options.LimitRecursion(16);
            options.DisableStringCompilation();
        }

        private static JsValue ValueOf(string? text) =>
            text is null ? JsValue.Null
            : text.Length <= 28 && text is not ['0', not '.', ..] && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? (JsNumber)(double)number
            : text is "true" ? JsBoolean.True
            : text is "false" ? JsBoolean.False
            : (JsString)(text.Length <= LongestText ? text : text[..LongestText]);

        /// <summary>Numbers are rounded to twelve decimals: more is the noise of binary fractions.</summary>
        private static string? TextOf(JsValue value, out string problem)
        {
            problem = "";
            if (value.IsNull() || value.IsUndefined())
                return null;
            if (value.IsString())
                return value.AsString() is { Length: > 0 } text ? text : null;
            if (value.IsBoolean())
                return value.AsBoolean() ? "true" : "false";
            if (value.IsNumber() && Math.Abs(value.AsNumber()) < 1e15)
                return Math.Round((decimal)value.AsNumber(), 12).ToString("0.############", CultureInfo.InvariantCulture);
            problem = value.IsNumber() ? "The result is no number (a division by zero, or text that was counted with)." : "The result is neither text, number, nor true or false.";
            return null;
        }

        private static string Replace(string text, string find, string put) =>
            find.Length == 0 || text.Length + put.Length > LongestText ? text
            : text.Replace(find, put, StringComparison.Ordinal) is { Length: <= LongestText } done ? done : text;
    }
}
