using System.Net.Mail;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Access;

public sealed partial class FirstRunPage
{
    private string? _problem;

    [Inject] private FirstRun FirstRun { get; set; } = default!;

    [Inject] private ControlPlaneDbContext Context { get; set; } = default!;

    [Inject] private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject] private SignInManager<PortalUser> SignIn { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private IOptions<PortalOptions> Options { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter] private HttpContext Http { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "first-run")] private FirstRunForm? Form { get; set; }

    protected override async Task OnInitializedAsync()
    {
        if (Options.Value.Demo || !await FirstRun.IsNeededAsync(Http.RequestAborted))
            Navigation.NavigateTo(PageUrls.SignIn);
    }

    private async Task CreateAsync()
    {
        var (name, email) = (Form?.Name?.Trim() ?? "", Form?.Email?.Trim() ?? "");
        if (name.Length == 0 || !MailAddress.TryCreate(email, out _))
        {
            _problem = "Give your name and an e-mail address, for example name@company.com.";
            return;
        }

        var user = new PortalUser { Id = EntityId.New(Clock), UserName = email, Email = email, EmailConfirmed = true, DisplayName = name };
        _problem = await FirstRun.CreateAdministratorAsync(Context, Users, Form?.Token ?? "", user, Form?.Secret ?? "", Http.RequestAborted);
        if (_problem is not null)
            return;
        await SignIn.SignInAsync(user, isPersistent: false);
        Navigation.NavigateTo(PageUrls.Home);
    }

    internal sealed class FirstRunForm
    {
        public string? Token { get; set; }

        public string? Name { get; set; }

        public string? Email { get; set; }

        public string? Secret { get; set; }
    }
}
