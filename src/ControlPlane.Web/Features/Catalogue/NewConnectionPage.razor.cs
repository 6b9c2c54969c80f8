using System.Security.Claims;
using Connectors.Catalog.Starts;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>From a connector to a connection that was tried: one form, made from what the connector's manifest asks for.</summary>
public sealed partial class NewConnectionPage
{
    private IReadOnlyList<CatalogueEntry>? _all;
    private CatalogueEntry? _entry;
    private ConnectionForm _form = new();
    private IReadOnlyList<string> _problems = [];
    private IReadOnlyList<ProbeStep>? _steps;
    private bool _busy;

    /// <summary>A setting that is a document: its field has lines.</summary>
    private const string Spec = "spec";

    [SupplyParameterFromQuery] public string? Connector { get; set; }

    /// <summary>A start whose document the connection carries in its setting <c>spec</c>: the person's draft of it, or its template.</summary>
    [SupplyParameterFromQuery] public string? Start { get; set; }

    [SupplyParameterFromQuery] public string? Address { get; set; }

    [Inject] private ConnectorVersions Versions { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        _all ??= await Desk.ListAsync(Tenant, CancellationToken.None);
        var entry = _all.FirstOrDefault(c => c.Manifest.Name == Connector);
        if (entry?.Manifest.Name == _entry?.Manifest.Name)
            return;
        _entry = entry;
        (_problems, _steps) = ([], null);
        if (entry is not null)
            _form = new() { Connector = entry.Manifest.Name, Role = entry.Manifest.Roles[0].Word(), DisplayName = entry.Manifest.Title, Key = entry.Manifest.Name, PollEvery = entry.Feeds.Count > 0 ? "60s" : "", Onboarding = true };
        if (entry is not null && Address is { Length: > 0 and <= 500 })
            _form.BaseAddress = Address;
        if (entry is not null && StartingPoints.Find(Start) is { Opens: StartOpens.Broker, Document: { } template } start && entry.Manifest.Settings.Any(s => s.Name == Spec))
            _form.Settings[Spec] = StartingPoint.SpecOf((await DraftAsync(start.Name))?.Document ?? template) ?? "";
    }

    private void Described(ChangeEventArgs e) => _form.Settings[Spec] = ((string?)e.Value ?? "").ReplaceLineEndings("\n");

    private async Task<ConnectorDraftRow?> DraftAsync(string start) =>
        Who is not null && (await Who).User.FindFirstValue(ClaimTypes.NameIdentifier) is { } person ? await Versions.DraftAsync(Tenant, StartDrafts.Name(start), person, CancellationToken.None) : null;

    private async Task SaveAsync()
    {
        _busy = true;
        _steps = null;
        var by = Who is null ? null : (await Who).User.Identity?.Name;
        _problems = await Desk.SaveAsync(Tenant, _form, by ?? "somebody", "entered in the portal", CancellationToken.None);
        if (_problems.Count == 0)
            _steps = await Desk.ProbeAsync(Tenant, _form.Key, CancellationToken.None);
        _busy = false;
    }
}
