using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Shell;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Web.Tests.Shell;

public sealed class PaletteItemsTests
{
    private static readonly IReadOnlyList<NavGroup> Pages = Navigation.For(_ => true, demo: true);

    [Fact]
    public void Without_a_word_it_offers_the_pages_and_the_actions() =>
        Assert.Equal(["Pages", "Actions"], PaletteItems.Find("", Pages, [], []).Select(i => i.Group).Distinct());

    [Theory]
    [InlineData("conn", "Connections")]
    [InlineData("hangfire", "Engine jobs")]
    [InlineData("log out", "Sign out")]
    [InlineData("DARK", "Dark colours")]
    public void A_page_or_an_action_is_found_by_the_beginnings_of_its_words(string text, string title) =>
        Assert.Equal(title, PaletteItems.Find(text, Pages, [], [])[0].Title);

    [Fact]
    public void Every_typed_word_has_to_fit() => Assert.Empty(PaletteItems.Find("dark side", Pages, [], []));

    [Fact]
    public void Transactions_come_first_and_say_by_which_number_they_were_found()
    {
        var id = Guid.CreateVersion7();
        var items = PaletteItems.Find("SO-88412", Pages, [], [new(id, "#1001", IdentifierKinds.ErpOrder, "SO-88412", TransactionState.Stuck, "shopify-eu", DateTimeOffset.UnixEpoch)]);
        Assert.Equal(("Transactions", "#1001", "erp order SO-88412 · shopify-eu · stuck"), (items[0].Group, items[0].Title, items[0].Detail));
        Assert.Equal(new PaletteAct.Go($"/transactions/{id:D}"), items[0].Act);
    }

    [Fact]
    public void A_connection_is_found_by_name_key_or_kind()
    {
        PaletteConnection[] connections = [new("erp", "Business Central", SystemRole.Erp), new("till", "Store tills", SystemRole.PointOfSale)];
        Assert.Equal("Business Central", PaletteItems.Find("central", [], connections, [])[0].Title);
        Assert.Equal("Store tills", PaletteItems.Find("till", [], connections, [])[0].Title);
        Assert.Equal("Store tills", PaletteItems.Find("point of sale", [], connections, [])[0].Title);
    }
}

/// <summary>The ARIA combobox pattern: focus stays in the field, the chosen option is pointed at.</summary>
public sealed class CommandPaletteTests : ControlsContext
{
    private readonly Search _search = new();

    public CommandPaletteTests()
    {
        Services.AddScoped(_ => new PaletteSource(new NoDatabase(), TenantScope.Default, NullLogger<PaletteSource>.Instance, _search));
        Services.AddOptions<PortalOptions>();
        AddAuthorization().SetAuthorized("someone");
    }

    [Fact]
    public void It_opens_with_a_combobox_that_points_at_its_first_option()
    {
        var palette = Open();
        var input = palette.Find("input[role=combobox]");
        Assert.Equal("cp-palette-list", input.GetAttribute("aria-controls"));
        Assert.Equal("cp-palette-option-0", input.GetAttribute("aria-activedescendant"));
        Assert.Equal("true", palette.Find("#cp-palette-option-0").GetAttribute("aria-selected"));
        Assert.Equal("portal.open", Assert.Single(JSInterop.Invocations["portal.open"]).Identifier);
    }

    [Fact]
    public async Task Arrow_keys_move_the_choice_and_go_round()
    {
        var palette = Open();
        await KeyAsync(palette, "ArrowDown");
        Assert.Equal("cp-palette-option-1", palette.Find("input").GetAttribute("aria-activedescendant"));
        await KeyAsync(palette, "ArrowUp");
        await KeyAsync(palette, "ArrowUp");
        var last = palette.FindAll("[role=option]").Count - 1;
        Assert.Equal($"cp-palette-option-{last}", palette.Find("input").GetAttribute("aria-activedescendant"));
    }

    [Fact]
    public async Task Enter_opens_the_transaction_whose_number_was_typed()
    {
        var palette = Open();
        var typed = palette.Find("input").InputAsync(new ChangeEventArgs { Value = "SO-88412" });
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        await typed;
        await KeyAsync(palette, "Enter");
        Assert.Equal(["SO-88412"], _search.Asked);
        Assert.EndsWith($"/transactions/{_search.Id:D}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typing_on_asks_once()
    {
        var palette = Open();
        var first = palette.Find("input").InputAsync(new ChangeEventArgs { Value = "SO" });
        Clock.Advance(TimeSpan.FromMilliseconds(50));
        var second = palette.Find("input").InputAsync(new ChangeEventArgs { Value = "SO-88412" });
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        await Task.WhenAll(first, second);
        Assert.Equal(["SO-88412"], _search.Asked);
    }

    [Fact]
    public async Task A_search_that_fails_is_told_and_pages_are_still_found()
    {
        _search.Fails = true;
        var palette = Open();
        var typed = palette.Find("input").InputAsync(new ChangeEventArgs { Value = "conn" });
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        await typed;
        Assert.Contains("cannot be searched", palette.Find("[role=status]").TextContent);
        Assert.Equal("Connections", palette.Find(".cp-palette-title").TextContent);
    }

    private IRenderedComponent<CommandPalette> Open()
    {
        var palette = Render<CommandPalette>();
        Services.GetRequiredService<PaletteState>().Open();
        palette.WaitForElement("input");
        return palette;
    }

    private static Task KeyAsync(IRenderedComponent<CommandPalette> palette, string key) =>
        palette.Find("input").KeyDownAsync(new KeyboardEventArgs { Key = key });

    private sealed class Search : ITransactionSearch
    {
        public Guid Id { get; } = Guid.CreateVersion7();

        public List<string> Asked { get; } = [];

        public bool Fails { get; set; }

        public Task<IReadOnlyList<SearchHit>> FindAsync(string text, int most, CancellationToken ct)
        {
            Asked.Add(text);
            if (Fails)
                throw new InvalidOperationException("database");
            return Task.FromResult<IReadOnlyList<SearchHit>>([new(Id, "#1001", IdentifierKinds.ErpOrder, text, TransactionState.Stuck, "shopify-eu", Now)]);
        }
    }

    /// <summary>As when the database does not answer: the palette goes on without connections.</summary>
    private sealed class NoDatabase : IControlPlaneDb
    {
        public DatabaseProvider Provider => DatabaseProvider.Sqlite;

        public ControlPlaneDbContext CreateContext(TenantScope? tenant = null) => throw new InvalidOperationException("no database here");

        public Task<System.Data.Common.DbConnection> OpenAsync(CancellationToken ct) => throw new InvalidOperationException("no database here");
    }
}
