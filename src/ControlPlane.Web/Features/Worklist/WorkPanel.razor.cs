using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>The order that somebody works on. The row says most of it; the case is read when it is opened, and again when the order changes.</summary>
public sealed partial class WorkPanel
{
    /// <summary>Gets the focus when the panel opens.</summary>
    public const string TitleId = "work-panel-title";

    private CaseDetail? _case;
    private LoadProblem? _problem;
    private bool _reading;
    private (Guid? Case, int Revision)? _readFor;

    [Parameter, EditorRequired] public Guid Id { get; set; }

    /// <summary>Null while it is not read, and when there is no such order.</summary>
    [Parameter] public WorkItem? Item { get; set; }

    /// <summary>It was looked for: without an item there is none.</summary>
    [Parameter] public bool Known { get; set; }

    [Parameter, EditorRequired] public string CloseHref { get; set; } = "";

    /// <summary>Something was sent or changed in one of the boxes.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    [Inject] private ICases Cases { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private ILogger<WorkPanel> Log { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        if (Item is not { } item || _readFor == (item.CaseId, item.Item.Revision))
            return;
        _readFor = (item.CaseId, item.Item.Revision);
        await ReadCaseAsync();
    }

    private async Task ReadCaseAsync()
    {
        if (Item?.CaseId is not { } id)
        {
            (_case, _problem) = (null, null);
            return;
        }

        _reading = true;
        try
        {
            (_case, _problem) = (await Cases.FindAsync(Tenant, id, null, CancellationToken.None), null);
        }
        catch (Exception e)
        {
            // What the row says is worth more than this part of the panel.
            ShellLog.PageReadFailed(Log, nameof(WorkPanel), e);
            _problem = LoadProblem.From(e);
        }
        finally
        {
            _reading = false;
        }
    }

    /// <summary>A source may say more behind its address.</summary>
    private static string? Link(string source) => source.Split(' ', 2)[0] is var first && Uri.TryCreate(first, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http") ? first : null;
}
