using ControlPlane.Runtime.Transactions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Shell;

public sealed partial class CommandPalette : IDisposable
{
    /// <summary>Long enough that a pasted number asks once and a typed one not at each key.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    private readonly CancellationTokenSource _gone = new();
    private ElementReference _dialog;
    private CancellationTokenSource? _search;
    private bool _open;
    private bool _show;
    private string _text = "";

    /// <summary>As it stands in the field. Bound, so that an answer that comes late does not write over letters typed meanwhile.</summary>
    private string _typed = "";
    private int _active;
    private bool _searching;
    private string? _problem;
    private IReadOnlyList<NavGroup> _pages = [];
    private IReadOnlyList<PaletteConnection> _connections = [];
    private IReadOnlyList<SearchHit> _hits = [];
    private IReadOnlyList<PaletteItem> _items = [];

    [Inject] private PaletteState Palette { get; set; } = default!;

    [Inject] private PaletteSource Source { get; set; } = default!;

    [Inject] private NavigationManager Navigator { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private IOptions<PortalOptions> Options { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState> Authentication { get; set; } = default!;

    private string Status => _problem ?? (_searching ? "Searching" : _items.Count == 0
        ? $"Nothing is called “{_text}”, and no transaction holds that number."
        : $"{_items.Count} found. Up and Down choose, Enter opens, Esc closes.");

    protected override void OnInitialized() => Palette.Opened += OnOpened;

    private void OnOpened() => _ = InvokeAsync(async () =>
    {
        var user = (await Authentication).User;
        _pages = ControlPlane.Web.Shell.Navigation.For(user.IsInRole, Options.Value.Demo);
        (_open, _show, _text, _typed, _hits, _problem) = (true, true, "", "", [], null);
        List();
        StateHasChanged();
        _connections = await Source.ConnectionsAsync(_gone.Token);
    });

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_show)
            return;
        _show = false;
        await Js.InvokeVoidAsync("portal.open", _gone.Token, _dialog);
    }

    private void List()
    {
        _items = PaletteItems.Find(_text, _pages, _connections, _hits);
        _active = 0;
    }

    private async Task OnTypedAsync(string? typed)
    {
        _typed = typed ?? "";
        _text = _typed.Trim();
        _hits = [];
        List();
        _search?.Cancel();
        _search?.Dispose();
        _search = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        var ct = _search.Token;
        try
        {
            _searching = _text.Length > 0;
            await Task.Delay(Pause, Clock, ct);
            (_hits, _problem) = await Source.TransactionsAsync(_text, ct);
            _searching = false;
            List();
        }
        catch (OperationCanceledException)
        {
            // Typed on: the next search answers.
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs e)
    {
        if (_items.Count == 0)
            return;
        switch (e.Key)
        {
            case "ArrowDown":
                await MoveAsync((_active + 1) % _items.Count);
                break;
            case "ArrowUp":
                await MoveAsync((_active + _items.Count - 1) % _items.Count);
                break;
            case "PageDown":
                await MoveAsync(_items.Count - 1);
                break;
            case "PageUp":
                await MoveAsync(0);
                break;
            case "Enter":
                await ChooseAsync(_items[_active]);
                break;
        }
    }

    private async Task MoveAsync(int index)
    {
        _active = index;
        await Js.InvokeVoidAsync("portal.show", _gone.Token, OptionId(index));
    }

    private async Task ChooseAsync(PaletteItem item)
    {
        await CloseAsync();
        switch (item.Act)
        {
            case PaletteAct.Go { NewTab: true } go:
                await Js.InvokeVoidAsync("open", _gone.Token, go.Href, "_blank", "noopener");
                break;
            case PaletteAct.Go go:
                Navigator.NavigateTo(go.Href);
                break;
            case PaletteAct.SetTheme theme:
                await Js.InvokeVoidAsync("portal.theme", _gone.Token, theme.Choice);
                break;
            case PaletteAct.SetZone zone:
                Viewer.Show(zone.Utc);
                await Js.InvokeVoidAsync("portal.cookie", _gone.Token, ViewerChoices.ZoneCookie, zone.Utc ? "utc" : "local");
                break;
            case PaletteAct.SignOut:
                await Js.InvokeVoidAsync("portal.submit", _gone.Token, "cp-sign-out");
                break;
        }
    }

    private async Task CloseAsync() => await Js.InvokeVoidAsync("portal.close", _gone.Token, _dialog);

    /// <summary>Also after Escape, which the browser handles.</summary>
    private void OnClosed() => _open = false;

    private static string OptionId(int index) => $"cp-palette-option-{index}";

    public void Dispose()
    {
        Palette.Opened -= OnOpened;
        _gone.Cancel();
        _search?.Dispose();
        _gone.Dispose();
    }
}
