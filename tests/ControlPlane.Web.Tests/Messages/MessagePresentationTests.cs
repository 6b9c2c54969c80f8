using Bunit;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Web.Features.Messages;
using ControlPlane.Web.Tests.Controls;

namespace ControlPlane.Web.Tests.Messages;

public sealed class MessagePresentationTests : ControlsContext
{
    [Fact]
    public void A_file_says_what_became_of_its_documents()
    {
        var view = File(new() { [MessageState.Accepted] = 1, [MessageState.Refused] = 2, [MessageState.Duplicate] = 1 });
        Assert.Equal(("orders.edi", "4 documents: 1 accepted, 2 refused, 1 came before."), (MessagePresentation.Title(view), MessagePresentation.Answer(view)));
        Assert.Equal("1 document: 1 accepted. It is still being unpacked.", MessagePresentation.Answer(File(new() { [MessageState.Accepted] = 1 }) with { State = MessageState.Unpacking }));
        Assert.Equal("It holds no documents.", MessagePresentation.Answer(File([])));
        Assert.Equal("It cannot be used: The envelope is broken.", MessagePresentation.Answer(File([]) with { State = MessageState.Refused, Refusals = [new("x12.isa", "ISA", "The envelope is broken.")] }));
    }

    [Fact]
    public void What_is_not_carried_out_is_told_as_that_with_its_reason_and_code()
    {
        var view = File(new() { [MessageState.Ignored] = 2 }) with
        {
            Parts =
            [
                new(Guid.CreateVersion7(), 1, "ST 0001", "846", MessageState.Ignored, [], "It changes nothing here.", Guid.Empty, null, "stock.not_carried_out"),
                new(Guid.CreateVersion7(), 2, "ST 0002", "997", MessageState.Ignored, [], "Nothing waits for it.", Guid.Empty, null),
            ],
        };
        var rows = Render<PartsCard>(p => p.Add(c => c.Message, view)).FindAll("tbody tr");
        Assert.Contains("Not carried out", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("It changes nothing here.", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("stock.not_carried_out", rows[0].QuerySelector("code")!.TextContent);
        Assert.DoesNotContain("Not carried out", rows[1].TextContent, StringComparison.Ordinal);
        var facts = Render<MessageFacts>(p => p.Add(c => c.Message, view with { State = MessageState.Ignored, Code = "stock.not_carried_out", Counts = new(new Dictionary<MessageState, int>()) }));
        Assert.Contains("Not carried out", facts.Markup, StringComparison.Ordinal);
        Assert.Equal("stock.not_carried_out", facts.Find("dd code").TextContent);
    }

    [Fact]
    public void Each_document_of_a_file_leads_to_its_transaction_and_a_bad_one_says_what_is_wrong()
    {
        var transaction = new LinkedTransaction(Guid.CreateVersion7(), "#1001", TransactionState.Closed, ["SH-1"]);
        var view = File(new() { [MessageState.Accepted] = 1, [MessageState.Refused] = 1 }) with
        {
            Parts =
            [
                new(Guid.CreateVersion7(), 1, "ST 0001", "850", MessageState.Accepted, [], null, Guid.Empty, transaction),
                new(Guid.CreateVersion7(), 2, "ST 0002", "850", MessageState.Refused, [new("x12.segment_missing", "BEG", "The segment BEG is missing.")], null, Guid.Empty, null),
            ],
            More = 2,
        };
        var card = Render<PartsCard>(p => p.Add(c => c.Message, view));
        var rows = card.FindAll("tbody tr");
        Assert.Equal($"/transactions/{transaction.Id}", rows[0].QuerySelectorAll("a")[1].GetAttribute("href"));
        Assert.Contains("SH-1", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("x12.segment_missing at BEG: The segment BEG is missing.", System.Text.RegularExpressions.Regex.Replace(rows[1].TextContent, @"\s+", " "), StringComparison.Ordinal);
        Assert.Contains(card.FindAll("a"), a => a.GetAttribute("href") == $"/messages/{view.Id}?show=refused");
        Assert.Contains(card.FindAll("a"), a => a.GetAttribute("href") == $"/messages/{view.Id}?after=2");
    }

    private static MessageView File(Dictionary<MessageState, int> counts) => new()
    {
        ReadAt = Now, Id = new Guid("019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c"), Connection = "acme", ConnectionName = "ACME", Topic = "inbox", State = MessageState.Unpacked, Arrival = MessageArrival.Feed, ReceivedAt = Now,
        FileName = "orders.edi", Refusals = [], PayloadId = Guid.Empty, Counts = new(counts), Parts = [], Answers = [],
    };
}
