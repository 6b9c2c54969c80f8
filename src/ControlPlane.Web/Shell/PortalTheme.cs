using MudBlazor;

namespace ControlPlane.Web.Shell;

/// <summary>The tokens as MudBlazor wants them, with the type scale: 14 px body, 13 px dense, 20 px semibold titles, 28 px figures.</summary>
public static class PortalTheme
{
    /// <summary>What the operating system uses: nothing to download, and it looks at home.</summary>
    private static readonly string[] Fonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "DejaVu Sans", "Arial", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteLight = Fill(new PaletteLight(), t => t.Light),
        PaletteDark = Fill(new PaletteDark(), t => t.Dark),
        LayoutProperties = new LayoutProperties
        {
            DefaultBorderRadius = "8px",
            DrawerWidthLeft = "232px",
            DrawerMiniWidthLeft = "56px",
            AppbarHeight = "56px",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "14px", FontWeight = "400", LineHeight = "1.45", LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = Fonts, FontSize = "20px", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-0.01em" },
            H2 = new H2Typography { FontFamily = Fonts, FontSize = "16px", FontWeight = "600", LineHeight = "1.35", LetterSpacing = "normal" },
            H3 = new H3Typography { FontFamily = Fonts, FontSize = "14px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H4 = new H4Typography { FontFamily = Fonts, FontSize = "28px", FontWeight = "600", LineHeight = "1.15", LetterSpacing = "-0.01em" },
            H5 = new H5Typography { FontFamily = Fonts, FontSize = "16px", FontWeight = "600", LineHeight = "1.35", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "14px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Fonts, FontSize = "14px", FontWeight = "400", LineHeight = "1.45", LetterSpacing = "normal" },
            Subtitle2 = new Subtitle2Typography { FontFamily = Fonts, FontSize = "13px", FontWeight = "600", LineHeight = "1.45", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "14px", FontWeight = "400", LineHeight = "1.45", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "13px", FontWeight = "400", LineHeight = "1.4", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = "14px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Fonts, FontSize = "12px", FontWeight = "400", LineHeight = "1.4", LetterSpacing = "normal" },
            Overline = new OverlineTypography { FontFamily = Fonts, FontSize = "12px", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "0.02em", TextTransform = "none" },
        },
    };

    private static T Fill<T>(T palette, Func<PortalToken, string> of)
        where T : Palette
    {
        string on = of(PortalTokens.OnPrimary), text = of(PortalTokens.Text), secondary = of(PortalTokens.TextSecondary);
        string card = of(PortalTokens.Card), page = of(PortalTokens.Page), border = of(PortalTokens.Border), neutralSoft = of(PortalTokens.NeutralSoft);
        palette.Primary = of(PortalTokens.Primary);
        palette.PrimaryContrastText = on;
        palette.Secondary = of(PortalTokens.Unknown);
        palette.SecondaryContrastText = on;
        palette.Tertiary = of(PortalTokens.Channel);
        palette.TertiaryContrastText = on;
        palette.Info = of(PortalTokens.Info);
        palette.InfoContrastText = on;
        palette.Success = of(PortalTokens.Done);
        palette.SuccessContrastText = on;
        palette.Warning = of(PortalTokens.Waiting);
        palette.WarningContrastText = on;
        palette.Error = of(PortalTokens.Stuck);
        palette.ErrorContrastText = on;
        palette.Dark = text;
        palette.DarkContrastText = card;
        palette.TextPrimary = text;
        palette.TextSecondary = secondary;
        // Placeholders and hints use the "disabled" colour: they are read too, so they get full contrast.
        palette.TextDisabled = secondary;
        palette.ActionDefault = secondary;
        palette.ActionDisabled = secondary;
        palette.ActionDisabledBackground = neutralSoft;
        palette.Background = page;
        palette.BackgroundGray = neutralSoft;
        palette.Surface = card;
        palette.DrawerBackground = card;
        palette.DrawerText = text;
        palette.DrawerIcon = secondary;
        palette.AppbarBackground = card;
        palette.AppbarText = text;
        palette.LinesDefault = border;
        palette.LinesInputs = of(PortalTokens.InputBorder);
        palette.TableLines = border;
        palette.TableStriped = neutralSoft;
        palette.TableHover = neutralSoft;
        palette.Divider = border;
        palette.DividerLight = border;
        palette.Skeleton = neutralSoft;
        return palette;
    }
}
