using System.Security.Claims;
using System.Text;
using Connectors.Protocols.OpenApi;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>From an OpenAPI description to a draft on the workbench: read, choose, see what is left to decide.</summary>
public sealed partial class OpenApiPage
{
    /// <summary>Characters that fit into one message of the page.</summary>
    public const int LongestPaste = 150_000;

    private readonly OpenApiDesk _desk = new();
    private string _text = "";
    private string? _said;
    private bool _busy;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private ConnectorVersions Versions { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private void ReadTyped()
    {
        if (_text.Trim().Length == 0)
        {
            _said = "Paste the document, or choose its file.";
            return;
        }

        Show(_text, "the description");
    }

    private async Task TakeAsync(InputFileChangeEventArgs e)
    {
        // Four bytes are the most that one character takes.
        if (e.File.Size > 4L * OpenApiReader.MostCharacters)
        {
            _said = $"{e.File.Name} is too large. Allowed: {OpenApiReader.MostCharacters / 1_000_000} MB. Leave out what is not needed, such as paths of other purposes.";
            return;
        }

        _said = "Reading the file.";
        try
        {
            using var buffer = new MemoryStream();
            await using (var stream = e.File.OpenReadStream(4L * OpenApiReader.MostCharacters))
                await stream.CopyToAsync(buffer);
            Show(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), e.File.Name);
        }
        catch (IOException)
        {
            _said = $"{e.File.Name} did not arrive as a whole. Choose it again.";
        }
    }

    private void Show(string text, string source)
    {
        _desk.Read(text, source);
        _said = _desk.Description is { } description ? $"Read: {CataloguePresentation.Counted(description.Operations.Count, "operation")}." : $"{CataloguePresentation.Counted(_desk.Problems.Count, "problem")}. Nothing was changed.";
    }

    private void Choose(OpenApiPurpose purpose, string id) => _desk.Choose(purpose, id);

    private void AddOther(string id) => _desk.Add(id);

    private void Remove(OpenApiOperation operation) => _desk.Remove(operation);

    private async Task OpenAsync()
    {
        _busy = true;
        var person = Who is null ? "" : (await Who).User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";
        await Versions.SaveDraftAsync(Tenant, StartDrafts.Name(WorkbenchPage.Imported), person, _desk.Draft.Document, 0, CancellationToken.None);
        Navigation.NavigateTo(PageUrls.NewConnector(WorkbenchPage.Imported));
    }
}
