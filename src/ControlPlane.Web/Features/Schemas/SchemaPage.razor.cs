using ControlPlane.Domain.Schemas;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Schemas;

/// <summary>One subject: its versions, a draft against what is in service, and what stands behind each field.</summary>
public sealed partial class SchemaPage
{
    private const string Blank = "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"type\": \"object\",\n  \"required\": [],\n  \"properties\": {}\n}\n";

    private bool _loaded, _fresh, _admin, _busy, _compared;
    private string _subject = "", _document = "", _reason = "", _waiver = "", _name = "";
    private string? _answer, _said, _shown;
    private (SchemaSubjectRow Subject, IReadOnlyList<SchemaVersionRow> Versions, IReadOnlyList<SchemaEventRow> Events)? _view;
    private IReadOnlyList<SchemaProblem> _problems = [];
    private IReadOnlyList<VersionFindings> _found = [];
    private Impact? _impact;
    private LoadProblem? _problem;

    [Parameter] public string Subject { get; set; } = "";

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private SchemaRegistry Registry { get; set; } = default!;

    [Inject] private SchemaDesk Desk { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ILogger<SchemaPage> Log { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Subject)
            return;
        (_shown, _fresh, _compared, _found) = (Subject, Subject == "new", false, []);
        if (Who is not null)
        {
            var person = (await Who).User;
            (_admin, _name) = (person.IsInRole(PortalRoles.Admin), person.Identity?.Name ?? "");
        }

        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            await LoadAsync();
            _document = _view is { Versions: [var newest, ..] } ? newest.Document : Blank;
            _problem = null;
            Check();
        }
        catch (Exception e)
        {
            ShellLog.PageReadFailed(Log, nameof(SchemaPage), e);
            _problem = LoadProblem.From(e);
        }

        _loaded = true;
    }

    private async Task LoadAsync()
    {
        _view = _fresh ? null : await Registry.FindAsync(Tenant, Subject, CancellationToken.None);
        _impact = _view is { Subject.Connector: not null } ? await Desk.ImpactAsync(Tenant, Subject, null, CancellationToken.None) : null;
        _answer = _fresh ? "A schema says what a document may look like, and what may change without breaking anybody."
            : _view is { } view ? $"{(view.Versions.FirstOrDefault(v => v.State == SchemaState.Active) is { } active ? $"Version {active.Version} is in service" : "No version is in service")}; it promises {Domain.Schemas.Compatibility.CompatibilityModes.Word(view.Subject.Mode)}." : null;
    }

    private void Check() => SchemaDesk.IsSchema(_document, out _problems);

    private void Take(SchemaVersionRow version)
    {
        (_document, _compared, _found) = (version.Document, false, []);
        Check();
    }

    private async Task CompareAsync()
    {
        _busy = true;
        (_found, _compared) = (await Registry.CheckAsync(Tenant, Subject, _document, null, CancellationToken.None), true);
        _busy = false;
    }

    private Task DraftAsync() => DoAsync(async () =>
    {
        var outcome = await Registry.DraftAsync(Tenant, _fresh ? _subject.Trim() : Subject, _document, _name, _reason.Trim(), CancellationToken.None);
        if (_fresh && outcome is { Done: true, Version: { } version })
            Navigation.NavigateTo(PageUrls.Schema(version.Subject));
        return outcome;
    }, v => $"Version {v.Version} is kept as a draft.");

    private Task ActivateAsync(int version) =>
        DoAsync(() => Registry.ActivateAsync(Tenant, Subject, version, _name, Said, _waiver, CancellationToken.None), v => $"Version {v.Version} is in service.");

    private Task DeprecateAsync(int version) =>
        DoAsync(() => Registry.DeprecateAsync(Tenant, Subject, version, Clock.GetUtcNow().AddDays(90), _name, Said, CancellationToken.None), v => $"Version {v.Version} is deprecated, and to be gone in 90 days.");

    private Task RetireAsync(int version) =>
        DoAsync(() => Registry.RetireAsync(Tenant, Subject, version, _name, Said, CancellationToken.None), v => $"Version {v.Version} is retired.");

    private string Said => _reason.Trim();

    private async Task DoAsync(Func<Task<SchemaOutcome>> act, Func<SchemaVersionRow, string> done)
    {
        _busy = true;
        var outcome = await act();
        _said = outcome.Done ? outcome.Version is { } version ? done(version) : "Done." : string.Join(" ", outcome.Problems.Select(p => p.Message));
        if (outcome.Findings.Count > 0)
            (_found, _compared) = (outcome.Findings, true);
        if (outcome.Done)
            (_reason, _waiver) = ("", "");
        await LoadAsync();
        _busy = false;
    }

    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
