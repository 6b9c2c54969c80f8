using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Messages;

/// <summary>How a message and its parts read. Pure.</summary>
public static class MessagePresentation
{
    /// <summary>States of parts, in the order of their chips.</summary>
    public static readonly IReadOnlyList<MessageState> PartStates = [MessageState.Accepted, MessageState.Refused, MessageState.Unmatched, MessageState.Duplicate, MessageState.Ignored];

    /// <summary>Something that its sender means and nobody carries out here is no mere remark.</summary>
    public static Look Of(MessageState state, string? code) => state == MessageState.Ignored && code is { Length: > 0 } ? new("Not carried out", Icons.Material.Outlined.PanTool, Tone.Waiting) : Of(state);

    public static Look Of(MessageState state) => state switch
    {
        MessageState.Accepted => new("Accepted", Icons.Material.Outlined.CheckCircle, Tone.Done),
        MessageState.Ignored => new("Ignored", Icons.Material.Outlined.Block, Tone.Neutral),
        MessageState.Refused => new("Refused", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        MessageState.Unmatched => new("Unmatched", Icons.Material.Outlined.HelpOutline, Tone.Waiting),
        MessageState.Unpacking => new("Being unpacked", Icons.Material.Outlined.Unarchive, Tone.Info),
        MessageState.Unpacked => new("Unpacked", Icons.Material.Outlined.Inventory2, Tone.Done),
        MessageState.Duplicate => new("Came before", Icons.Material.Outlined.FileCopy, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static Look Of(DeliveryAnswerState state) => state switch
    {
        DeliveryAnswerState.Due => new("To be sent", Icons.Material.Outlined.Schedule, Tone.Waiting),
        DeliveryAnswerState.Sent => new("Sent", Icons.Material.Outlined.CheckCircle, Tone.Done),
        DeliveryAnswerState.Failed => new("Given up", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Title(MessageView view) => view.FileName ?? (view.IsDelivery ? "Delivery" : view.Parent is { } parent ? $"Part {parent.Number}" : "Message");

    /// <summary>One line: what became of it.</summary>
    public static string Answer(MessageView view)
    {
        if (!view.IsDelivery)
            return view.State switch
            {
                MessageState.Accepted => "It was accepted.",
                MessageState.Refused => $"It cannot be used: {view.Refusals.FirstOrDefault()?.Message}",
                _ => view.Summary ?? $"It is {Of(view.State).Word.ToLowerInvariant()}.",
            };
        var counts = view.Counts;
        var parts = counts.Total == 1 ? "1 document" : $"{MoneyFormat.Count(counts.Total)} documents";
        if (counts.Total == 0)
            return "It holds no documents.";
        var words = PartStates.Where(s => counts.Of(s) > 0).Select(s => $"{MoneyFormat.Count(counts.Of(s))} {Of(s).Word.ToLowerInvariant()}").ToList();
        return $"{parts}: {string.Join(", ", words)}.{(view.State == MessageState.Unpacking ? " It is still being unpacked." : "")}";
    }

    public static string Arrival(MessageArrival arrival) => arrival switch
    {
        MessageArrival.Webhook => "pushed to us",
        MessageArrival.Feed => "fetched by us",
        MessageArrival.Queue => "from a queue",
        _ => "",
    };

    /// <summary>As the API and the address name a state.</summary>
    public static string Word(MessageState state) => state.ToString().ToLowerInvariant();

    public static MessageState? StateOf(string? word) => PartStates.Cast<MessageState?>().FirstOrDefault(s => Word(s!.Value) == word);
}
