using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.IdentifierRules;

/// <summary>Writing one rule. What cannot be used is said before anything is stored.</summary>
public sealed partial class RuleForm
{
    private const string OfConnection = "connection:", OfConnector = "connector:";

    private string _title = "", _kind = "", _name = "", _document = "message", _scope = "", _topic = "", _path = "", _pattern = "", _example = "", _reason = "";
    private bool _hash, _busy;
    private string? _said;
    private TrialReport? _trial;

    /// <summary>Null for a new one.</summary>
    [Parameter] public RuleItem? Of { get; set; }

    /// <summary>What a new one begins with.</summary>
    [Parameter] public IdentifierRule? Start { get; set; }

    /// <summary>With what was done, for people.</summary>
    [Parameter] public EventCallback<string> OnDone { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private RuleStore Store { get; set; } = default!;

    [Inject] private RuleTrial Trial { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    /// <summary>The connection or connector of the rule, where it is not there today.</summary>
    private string? Missing => _scope.Length == 0 || Connections.All.Any(c => _scope == OfConnection + c.Key || _scope == OfConnector + c.Connector) ? null : _scope;

    protected override void OnInitialized()
    {
        if ((Of?.Rule ?? Start) is not { } rule)
            return;
        (_title, _kind, _name, _topic, _path, _pattern, _example, _hash) = (rule.Title, rule.Kind, rule.Name, rule.Topic ?? "", rule.Path ?? "", rule.Pattern ?? "", rule.Example, rule.Hash);
        _document = rule.Document == RuleDocument.Order ? "order" : "message";
        _scope = rule.Connection is { } key ? OfConnection + key : rule.Connector is { } connector ? OfConnector + connector : "";
    }

    private IdentifierRule Written => new()
    {
        Name = _name.Trim(), Kind = _kind.Trim(), Title = _title.Trim(), Example = _example.Trim(), Hash = _hash,
        Document = _document == "order" ? RuleDocument.Order : RuleDocument.Message,
        Connection = _scope.StartsWith(OfConnection, StringComparison.Ordinal) ? _scope[OfConnection.Length..] : null,
        Connector = _scope.StartsWith(OfConnector, StringComparison.Ordinal) ? _scope[OfConnector.Length..] : null,
        Topic = _document == "order" || _topic.Trim().Length == 0 ? null : _topic.Trim(),
        Path = _path.Trim() is { Length: > 0 } path ? path : null,
        Pattern = _pattern.Trim() is { Length: > 0 } pattern ? pattern : null,
    };

    private async Task TryAsync()
    {
        var rule = Written with { Name = _name.Trim() is { Length: > 0 } name ? name : "trial" };
        if (rule.Check() is { Count: > 0 } problems)
        {
            (_said, _trial) = (RulesPresentation.Said(new RuleOutcome.Refused(problems)), null);
            return;
        }

        _busy = true;
        try
        {
            (_trial, _said) = (await Trial.RunAsync(Tenant, rule, RuleTrial.Usual, CancellationToken.None), null);
        }
        catch (System.Data.Common.DbException)
        {
            (_trial, _said) = (null, "The database did not answer. Try again in a moment.");
        }
        finally
        {
            _busy = false;
        }
    }

    private Task SaveAsync() => RunAsync(by => Store.SaveAsync(Tenant, Written, Of?.Revision ?? 0, by, _reason, CancellationToken.None),
        saved => saved.Backfill is null ? "Saved." : $"Saved. New messages give this number at once; stored orders are looked through now, the newest first.");

    private Task RemoveAsync() => RunAsync(by => Store.RemoveAsync(Tenant, Of!.Rule.Name, Of.Revision, by, _reason, CancellationToken.None), _ => "Removed. What it found is being taken away.");

    private async Task RunAsync(Func<string, Task<RuleOutcome>> act, Func<RuleOutcome.Saved, string> done)
    {
        if (_busy)
            return;
        _busy = true;
        RuleOutcome outcome;
        try
        {
            outcome = await act(RulesPresentation.Person(Who is null ? null : (await Who).User));
        }
        finally
        {
            _busy = false;
        }

        _said = RulesPresentation.Said(outcome);
        if (outcome is RuleOutcome.Saved saved)
            await OnDone.InvokeAsync(done(saved));
    }
}
