using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>A connector on a real message: what it says, what becomes of the message at each keystroke, and what it would have made of the last thousands.</summary>
public sealed partial class WorkbenchPage
{
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _loaded, _known, _admin, _busy, _heldUp;
    private string _title = "", _topic = "", _message = CataloguePresentation.BlankMessage, _connection = "", _reason = "", _waiver = "";
    private string? _text, _answer, _said, _shown;
    private int _taken;
    private IReadOnlyList<Connection> _of = [];
    private IReadOnlyList<ManifestProblem> _problems = [];
    private PreviewResult? _result;
    private BackTestReport? _report;
    private DeclarativeConnector? _draft;

    [Parameter] public string Name { get; set; } = "";

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private BackTests BackTests { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Name)
            return;
        _shown = Name;
        _admin = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        var fresh = Name == "new";
        var entry = fresh ? null : (await Desk.ListAsync(Tenant, CancellationToken.None)).FirstOrDefault(c => c.Manifest.Name == Name);
        _known = entry is not null;
        _title = fresh ? "A connector of your own" : entry?.Manifest.Title ?? Name;
        _answer = fresh ? "Describe the system; the message at the left shows at once what becomes of it." : entry?.Manifest.Description;
        _text = fresh ? CataloguePresentation.Blank : await Desk.DocumentAsync(Tenant, Name, CancellationToken.None);
        _of = [.. Connections.All.Where(c => c.Connector == Name).OrderBy(c => c.DisplayName, StringComparer.Ordinal)];
        (_connection, _loaded, _taken) = (_of.Count > 0 ? _of[0].Key : "", true, 0);
        if (_of.Count > 0)
            await TakeAsync();
        Preview();
    }

    /// <summary>The newest message, then the one before it, and so on.</summary>
    private async Task TakeAsync()
    {
        var found = 0;
        var feeds = (_draft ?? ConnectorDesk.Read(_text ?? "", Clock).Connector)?.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        await foreach (var (_, request) in BackTests.MessagesAsync(Tenant, _connection, feeds, _taken + 1, CancellationToken.None))
            if (found++ == _taken)
                (_message, _topic) = (Readable(request.Body), request.Topic);
        _taken = found > _taken ? _taken + 1 : 0;
        Preview();
    }

    /// <summary>In lines, when it is JSON: systems send it in one.</summary>
    private static string Readable(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body.Span), Lines);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }

    private void Preview()
    {
        if (_text is null)
            return;
        (_draft, _problems) = ConnectorDesk.Read(_text, Clock);
        if (_draft is null)
            return;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (_draft.Definition.Receive?.Topic?.Header is { } header && _topic.Length > 0)
            headers[header] = _topic;
        _result = ConnectorDesk.Preview(_draft, Connections.Find(_connection), new()
        {
            Topic = _topic, Body = Encoding.UTF8.GetBytes(_message), ReceivedAt = Clock.GetUtcNow(), Headers = headers, Polled = _draft.Feeds.Any(f => f.Name == _topic),
        });
    }

    private async Task BackTestAsync()
    {
        if (_draft is null)
            return;
        _busy = true;
        _report = await Desk.BackTestAsync(Tenant, _connection, _draft, 5_000, CancellationToken.None);
        (_busy, _said) = (false, null);
    }

    private async Task PublishAsync()
    {
        if (_reason.Trim().Length == 0)
        {
            _said = "Say why, so that others need not ask.";
            return;
        }

        _busy = true;
        var by = Who is null ? null : (await Who).User.Identity?.Name;
        var outcome = await Desk.PublishAsync(Tenant, _text!, _reason.Trim(), _waiver, by ?? "somebody", CancellationToken.None);
        (_busy, _said, _heldUp) = (false, outcome.Message, outcome.Report is not null);
        _report = outcome.Report ?? _report;
        if (outcome.Problems.Count > 0)
            _problems = outcome.Problems;
        if (outcome.Published && _draft is { } draft && draft.Manifest.Name != Name)
            Navigation.NavigateTo(PageUrls.NewConnection(draft.Manifest.Name));
    }
}
