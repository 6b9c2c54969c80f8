using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>What a draft would send for a real transaction.</summary>
/// <param name="Operation">That uses the mapping; empty when none does.</param>
/// <param name="Document">As it would be sent; with refusals what could be mapped, for people to look at.</param>
public sealed record OutgoingPreview(string Operation, string Document, IReadOnlyList<Refusal> Refusals, IReadOnlyList<MappedValue> Trace)
{
    public static OutgoingPreview Of(DeclarativeConnector draft, string mapping, OperationRequest request)
    {
        var trace = new List<MappedValue>();
        var user = draft.Definition.Operations.FirstOrDefault(o => o.Request.Mapping?.Template.Name == mapping);
        var mapped = user is not null && draft.Operation(user.Descriptor.Name) is DeclarativeOperation operation
            ? operation.Explain(request, trace)
            : draft.Definition.Mappings[mapping].Map(MappingInput.From(request, draft.Definition.SettingDefaults), trace);
        return new(user?.Descriptor.Name ?? "", Readable(mapped.Content), mapped.Refusals, trace);
    }

    /// <summary>Every value that a mapping could read of a transaction; of lines those of the first.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Sources(DeclarativeConnector? draft, OperationRequest request)
    {
        var input = MappingInput.From(request, draft?.Definition.SettingDefaults);
        var (order, shipped) = (request.Order.Lines.FirstOrDefault(), request.Shipment?.Lines.FirstOrDefault());
        var open = request.Variables.Outputs.Keys.Select(o => "outputs." + o).Concat(request.Connection.Settings.Keys.Select(s => "settings." + s))
            .Concat(request.Order.References.Keys.Select(r => "order.references." + r)).Concat(request.Order.Extensions.Keys.Select(e => "order.extensions." + e));
        return
        [
            .. SourcePaths.Names.Concat(open).Distinct().Select(SourcePaths.Find).OfType<SourcePath>()
                .Select(p => KeyValuePair.Create(p.Path, p.Read(p.Lines switch
                {
                    LineScope.None => new MappingScope(input),
                    LineScope.ShipmentLines => new MappingScope(input, null, shipped, shipped is null ? -1 : 0),
                    _ => new MappingScope(input, order, null, order is null ? -1 : 0),
                }) is { IsMissing: false } value ? value.ToText() ?? "" : "")).OrderBy(p => p.Key, StringComparer.Ordinal),
        ];
    }

    /// <summary>Stands in for a connection that there is not yet.</summary>
    public static Connection Stranger(IConnector draft) => new() { Key = "draft", Connector = draft.Manifest.Name, Role = draft.Manifest.Roles[0], DisplayName = draft.Manifest.Title };

    private static string Readable(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
            return "";
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(content.Span), ConnectorDesk.Indented);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(content.Span);
        }
    }
}
