using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// A person with a keyboard and nothing else. Presses are counted a job, words that are typed apart from them; whatever a pointer does on
/// the page is noted, so that a journey can prove that there was none.
/// </summary>
internal sealed class Keys(IPage page)
{
    /// <summary>Of presses of Tab from one place to the next: a page that asks for more has lost its order.</summary>
    private const int MostTabs = 60;

    private const string NoteThePointer = "['pointerdown', 'mousedown', 'touchstart', 'wheel'].forEach(t => addEventListener(t, () => window.pointerUsed(t), true));";

    private readonly List<(string Job, int Presses, int Typed)> _jobs = [];
    private readonly List<string> _pointer = [];
    private int _presses, _typed;

    /// <summary>What a pointer did; nothing.</summary>
    public IReadOnlyList<string> Pointer => _pointer;

    public IReadOnlyList<(string Job, int Presses, int Typed)> Jobs => _jobs;

    public async Task WatchAsync()
    {
        await page.ExposeFunctionAsync<string, int>("pointerUsed", type =>
        {
            _pointer.Add(type);
            return _pointer.Count;
        });
        await page.AddInitScriptAsync(NoteThePointer);
    }

    public async Task PressAsync(string key, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _presses++;
            await page.Keyboard.PressAsync(key);
        }
    }

    public async Task TypeAsync(string words)
    {
        _typed += words.Length;
        await page.Keyboard.TypeAsync(words, new() { Delay = 15 });
    }

    /// <summary>Forward with Tab until it has the focus.</summary>
    public async Task TabToAsync(ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(target).ToBeEnabledAsync(new() { Timeout = 60_000 });
        for (var i = 0; i <= MostTabs; i++)
        {
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement"))
                return;
            await PressAsync("Tab");
        }

        Assert.Fail($"{MostTabs} presses of Tab do not lead to {target}.");
    }

    /// <summary>With j down the list until the row in hand fits; what was freed meanwhile does not.</summary>
    public async Task RowAsync(Func<string, bool> fits, int most = 40)
    {
        for (var i = 0; i < most; i++)
        {
            if (await page.EvaluateAsync<string?>("document.activeElement?.matches('tr:not(.is-left) [data-row]') ? document.activeElement.closest('tr').innerText : null") is { } row && fits(row))
                return;
            await PressAsync("j");
        }

        Assert.Fail("No row of the list fits.");
    }

    /// <summary>By name, from wherever one is.</summary>
    public async Task PaletteAsync(string words, string wanted)
    {
        await PressAsync("Control+k");
        await Assertions.Expect(page.Locator("[data-palette-input]")).ToBeFocusedAsync();
        await TypeAsync(words);
        await Assertions.Expect(page.Locator(".cp-palette [role=option][aria-selected=true]")).ToContainTextAsync(wanted, new() { Timeout = 60_000 });
        await PressAsync("Enter");
    }

    /// <summary>The job ends here.</summary>
    public void Done(string job)
    {
        _jobs.Add((job, _presses, _typed));
        (_presses, _typed) = (0, 0);
    }

    /// <summary>As it stands in the documentation.</summary>
    public string Table() => _jobs.Aggregate(new StringBuilder("| job | presses | letters typed |\n|---|---|---|\n"), (text, job) => text.Append(CultureInfo.InvariantCulture, $"| {job.Job} | {job.Presses} | {job.Typed} |\n")).ToString();
}
