using Connectors.Protocols.Manifests.Editing;
using ControlPlane.Runtime.Mappings;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>Messages that are kept as tests of the connector.</summary>
public sealed partial class WorkbenchPage
{
    private async Task LoadTestsAsync()
    {
        await _tests.LoadAsync(async ct =>
        {
            _kept = await Tests.RowsAsync(Tenant, DraftName, ct);
            return _bench.Draft is { } draft ? Tests.Run(_kept, draft) : _tests.Value ?? [];
        }, e => CatalogueLog.NotRead(Log, DraftName, e), CancellationToken.None);
    }

    private async Task KeepAsync()
    {
        if (_bench.GoesOut)
        {
            await KeepSentAsync();
            return;
        }

        if (_message is not { } id || _keepWhy.Trim().Length == 0)
        {
            _keepSaid = "Say why, so that others know what it proves.";
            return;
        }

        var (test, problem) = await Tests.KeepAsync(Tenant, id, null, _keepTaken, await PersonAsync(), _keepWhy.Trim(), CancellationToken.None);
        _keepSaid = problem?.Message ?? $"Kept as \"{test!.Name}\", without names, streets, phones and mail addresses.";
        if (test is not null)
            _keepWhy = "";
        await LoadTestsAsync();
    }

    private void ShowTestAsync(Guid id)
    {
        if (_kept.FirstOrDefault(t => t.Id == id) is not { } test)
            return;
        if (MappingTests.IsSent(test))
        {
            ShowSent(test);
            return;
        }

        var request = MappingTests.Request(test);
        (_bench.Message, _bench.Original, _bench.Topic, _message) = (Readable(request.Body), request, request.Topic, null);
        ShowAll();
    }

    /// <summary>What the operation that uses this mapping was asked for, in the transaction that lies on the bench.</summary>
    private async Task KeepSentAsync()
    {
        if (_bench.Transaction is not { } request || _bench.Outgoing is not { Operation.Length: > 0 } shown || _keepWhy.Trim().Length == 0)
        {
            _keepSaid = _bench.Outgoing is { Operation.Length: 0 } ? "No operation uses this mapping, so that nothing would be sent." : "Say why, so that others know what it proves.";
            return;
        }

        var (test, problem) = await Tests.KeepSentAsync(Tenant, request, shown.Operation, null, _keepTaken, await PersonAsync(), _keepWhy.Trim(), CancellationToken.None);
        _keepSaid = problem?.Message ?? $"Kept as \"{test!.Name}\", without names, streets, phones and mail addresses.";
        if (test is not null)
            _keepWhy = "";
        await LoadTestsAsync();
    }

    private void ShowSent(MappingTestRow test)
    {
        var connection = Connections.Find(test.Connection) ?? (_bench.Draft is { } draft ? OutgoingPreview.Stranger(draft) : null);
        if (connection is null)
            return;
        if (_bench.Draft?.Definition.Operations.FirstOrDefault(o => o.Descriptor.Name == test.Topic)?.Request.Mapping?.Template.Name is { } mapping && _bench.Lists.FirstOrDefault(l => l.Direction == RowDirection.Outgoing && l.Name == mapping) is { } list)
            _bench.ChooseList(list.Path);
        (_bench.Transaction, _transaction) = (KeptRequest.Read(test.Body, connection), null);
        ShowAll();
    }

    private async Task RemoveTestAsync(Guid id)
    {
        await Tests.RemoveAsync(Tenant, id, CancellationToken.None);
        await LoadTestsAsync();
    }

    private async Task RenewTestAsync((Guid Id, string Why) renewed)
    {
        if (_bench.Draft is { } draft)
            await Tests.RefreshAsync(Tenant, renewed.Id, draft, await PersonAsync(), renewed.Why, CancellationToken.None);
        await LoadTestsAsync();
    }
}
