using System.Text;

namespace Connectors.Tests.Amazon;

public sealed class RealInputTests
{
    [Fact]
    public void Every_document_of_Amazons_own_is_read_or_refused_as_a_person_approved() =>
        Approved.Check("amazon-real-documents", Text(AmazonDocuments.All()));

    [Fact]
    public void Every_example_of_the_newer_orders_model_is_read_as_a_person_approved()
    {
        var documents = AmazonDocuments.V2026();
        Assert.SkipWhen(documents.Count == 0, "The model orders_2026-01-01.json is not among the sample documents.");
        Approved.Check("amazon-real-documents-2026", Text(documents));
    }

    private static string Text(IReadOnlyList<AmazonDocument> documents)
    {
        var text = new StringBuilder();
        foreach (var (name, body) in documents)
            text.Append(name).Append('\n').Append(AmazonText.Of(GivenAmazon.Translate(Encoding.UTF8.GetString(body), topic: ""))).Append('\n');
        return text.ToString();
    }
}
