using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace ControlPlane.Web.Shell;

/// <summary>
/// Both palettes as one stylesheet, chosen by <c>data-theme</c> on the root element. MudBlazor's own provider writes only
/// the palette that the server believes in, which would flash on load and need a round trip to change.
/// </summary>
public sealed class ThemeCss(IServiceProvider services, ILoggerFactory loggers)
{
    private readonly Lazy<Task<string>> _text = new(() => WriteAsync(services, loggers));

    public Task<string> TextAsync() => _text.Value;

    /// <summary>Changes with the content, so that browsers may keep the file for ever.</summary>
    public async Task<string> VersionAsync() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await TextAsync())))[..12];

    private static async Task<string> WriteAsync(IServiceProvider services, ILoggerFactory loggers)
    {
        // A scope of its own: the provider's services are those of a circuit.
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        var css = new StringBuilder();
        Tokens(css, "light", t => t.Light);
        Tokens(css, "dark", t => t.Dark);
        foreach (var dark in new[] { false, true })
        {
            var markup = await renderer.Dispatcher.InvokeAsync(async () =>
            {
                var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
                {
                    [nameof(MudThemeProvider.Theme)] = PortalTheme.Theme,
                    [nameof(MudThemeProvider.IsDarkMode)] = dark,
                    [nameof(MudThemeProvider.ObserveSystemDarkModeChange)] = false,
                });
                return (await renderer.RenderComponentAsync<MudThemeProvider>(parameters)).ToHtmlString();
            });
            css.AppendLine(StyleContent(markup).Replace(":root", $"html[data-theme={(dark ? "dark" : "light")}]", StringComparison.Ordinal));
        }

        return css.ToString();
    }

    private static void Tokens(StringBuilder css, string theme, Func<PortalToken, string> of)
    {
        css.Append(CultureInfo.InvariantCulture, $"html[data-theme={theme}]{{color-scheme:{theme};");
        foreach (var token in PortalTokens.All)
            css.Append(CultureInfo.InvariantCulture, $"--cp-{token.Name}:{of(token)};");
        css.AppendLine("}");
    }

    /// <summary>What stands between the style tags.</summary>
    private static string StyleContent(string markup)
    {
        var css = new StringBuilder();
        for (var at = markup.IndexOf("<style", StringComparison.Ordinal); at >= 0; at = markup.IndexOf("<style", at, StringComparison.Ordinal))
        {
            var from = markup.IndexOf('>', at) + 1;
            var to = markup.IndexOf("</style>", from, StringComparison.Ordinal);
            css.AppendLine(markup[from..to]);
            at = to;
        }

        return css.ToString();
    }
}
