using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Access;

public sealed partial class SignInPage
{
    private bool _refused;

    [Inject] private PortalSignIn SignIn { get; set; } = default!;

    [Inject] private FirstRun FirstRun { get; set; } = default!;

    [Inject] private IOptions<PortalOptions> Options { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter] private HttpContext Http { get; set; } = default!;

    [SupplyParameterFromQuery] private string? ReturnUrl { get; set; }

    [SupplyParameterFromForm(FormName = "password")] private PasswordForm? Password { get; set; }

    [SupplyParameterFromForm(FormName = "persona")] private PersonaForm? Persona { get; set; }

    protected override async Task OnInitializedAsync()
    {
        if (!HttpMethods.IsGet(Http.Request.Method))
            return;
        if (Http.User.Identity?.IsAuthenticated == true)
            Leave();
        else if (!Options.Value.Demo && await FirstRun.IsNeededAsync(Http.RequestAborted))
            Navigation.NavigateTo(PageUrls.FirstRun);
    }

    private async Task ByPasswordAsync()
    {
        if (await SignIn.ByPasswordAsync(Password?.Email ?? "", Password?.Secret ?? ""))
            Leave();
        else
            _refused = true;
    }

    private async Task AsPersonaAsync()
    {
        if (await SignIn.AsPersonaAsync(Persona?.Key ?? ""))
            Leave();
        else
            _refused = true;
    }

    private void Leave() => Navigation.NavigateTo(PageUrls.LocalOrHome(ReturnUrl));

    internal sealed class PasswordForm
    {
        public string? Email { get; set; }

        public string? Secret { get; set; }
    }

    internal sealed class PersonaForm
    {
        public string? Key { get; set; }
    }
}
