using System.Diagnostics;
using Connectors.Protocols.Expressions;

namespace Connectors.Tests.Mappings;

public sealed class ExpressionTests
{
    /// <summary>Scripts that run on, grow, or look for a way out. Each is refused before it runs, or ends at once.</summary>
    public static TheoryData<string> Hostile =>
    [
        "while(true){}", "for(;;){}", "do{}while(1)", "(function f(){ f() })()", "(() => { for(;;); })()", "a => a", "function(){}", "class A {}", "new Array(1e9)", "Array(1e9).join('x')",
        "'x'.repeat(1e9)", "'x'.padStart(1e9)", "'x'.padEnd(1e9)", "'x'.concat('y')", "a.constructor", "a['constructor']", "a[b]", "''.constructor.constructor('return 1')()", "(1).constructor",
        "Function('return 1')()", "eval('1')", "globalThis", "this", "arguments", "Object.keys(a)", "Reflect.ownKeys(a)", "Symbol.iterator", "JSON.parse(a)", "JSON.stringify(a)", "Date.now()", "new Date()",
        "Math.random()", "Math['random']()", "Math.constructor", "Math.abs.constructor", "replace.constructor", "replace.call(null)", "Number.prototype", "String.raw`x`", "String.fromCharCode(1)", "parseInt.name",
        "a = 1", "a += 1", "a++", "--a", "delete a", "void 0", "a in b", "a instanceof b", "typeof process", "process.env", "require('fs')", "import('fs')", "await a", "async () => 1", "yield a",
        "{}", "({})", "({ get x() { return 1 } })", "[1,2,3]", "[...a]", "[].concat(a)", "Array.from(a)", "`${a}`.constructor", "a?.constructor", "a?.['constructor']", "a.__proto__", "a.__defineGetter__('x', b)",
        "/(a+)+$/.test(a)", "a.replace(/x/g, b)", "a.replaceAll('', a)", "a.match(a)", "a.matchAll(a)", "a.search(a)", "a.normalize()", "a.localeCompare(b)", "a.toLocaleUpperCase('tr')", "a.split(a).join(a)", "a.split('').map(x)",
        "a, b", "a; b", "1; while(1){}", ")(", "(", "'", "\\u0061lert()", "a\n;b", "throw a", "debugger", "with(a){}", "label: 1", "if (a) b", "let x = 1", "var x", "new.target", "super.x", "a => { while(1); }",
        "(a, b)", "(1, eval)('1')", "!function(){}()", "+{valueOf(){for(;;);}}", "a.slice.call(b)", "a.slice.apply(b)", "a.trim.bind(b)", "setTimeout(a)", "console.log(a)", "System.IO.File", "importNamespace('System')",
        "a.length = 5", "undefined = 1", "NaN++", "String(String)", "Number(Math)", "#x in a", "a ??= b", "a ||= b", "0n", "10n ** 100000n", "a.toString.toString()", "Math", "replace",
    ];

    [Fact]
    public void There_are_at_least_a_hundred_hostile_scripts() => Assert.True(Hostile.Count >= 100, $"{Hostile.Count}");

    [Theory, MemberData(nameof(Hostile))]
    public void A_hostile_script_is_refused_before_it_runs(string script)
    {
        var watch = Stopwatch.StartNew();
        Assert.Null(Expressions.Instance.Compile(script, ["a", "b"], out var problem));
        Assert.NotEmpty(problem);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("(", 2_000), InlineData("[", 2_000), InlineData("!", 2_000), InlineData("-", 2_000), InlineData("a?a:", 500), InlineData("a+", 999), InlineData("a**", 600), InlineData("`${", 600), InlineData("a.b", 600), InlineData("a(", 900)]
    public void A_deep_or_endless_text_ends_at_once(string piece, int times)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times)) + "a";
        var watch = Stopwatch.StartNew();
        Expressions.Instance.Compile(text, ["a"], out _)?.Evaluate([new("a", "1")], out _);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }

    [Fact]
    public void Text_cannot_be_made_to_grow()
    {
        var grow = "replace(replace(replace(replace(a, 'x', b), 'x', b), 'x', b), 'x', b)";
        var expression = Expressions.Instance.Compile(grow, ["a", "b"], out var problem);
        Assert.True(expression is not null, problem);
        var watch = Stopwatch.StartNew();
        var text = expression.Evaluate([new("a", new string('x', 9_000)), new("b", new string('x', 9_000))], out _);
        Assert.True(text!.Length <= 10_000 && watch.Elapsed < TimeSpan.FromSeconds(2), $"{text.Length} {watch.Elapsed}");
    }

    [Theory]
    [InlineData("a * 1.19", "10.5", "12.495")]
    [InlineData("a + 0.2", "0.1", "0.3")]
    [InlineData("a + 'x'", "007", "007x")]
    [InlineData("a === '007' ? 'yes' : 'no'", "007", "yes")]
    [InlineData("a ? 1 : 2", null, "2")]
    [InlineData("a === null", null, "true")]
    [InlineData("a.split('-')[1]", "12-ab-c", "ab")]
    [InlineData("a.trim().toUpperCase().slice(0, 2)", "  abc ", "AB")]
    [InlineData("Math.max(a, 3)", "2", "3")]
    [InlineData("Number(a).toFixed(2)", "2.5", "2.50")]
    [InlineData("`${a}-1`", "x", "x-1")]
    [InlineData("''", "x", null)]
    public void An_expression_sees_numbers_as_numbers_and_the_rest_as_text(string script, string? value, string? expected)
    {
        var expression = Expressions.Instance.Compile(script, ["a"], out var problem);
        Assert.True(expression is not null, problem);
        Assert.Equal(expected, expression.Evaluate([new("a", value)], out problem));
        Assert.Empty(problem);
    }

    [Fact]
    public void What_fails_while_it_runs_says_so()
    {
        var expression = Expressions.Instance.Compile("a.trim()", ["a"], out _)!;
        Assert.Null(expression.Evaluate([new("a", null)], out var problem));
        Assert.NotEmpty(problem);
    }
}
