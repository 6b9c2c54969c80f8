using System.Text;

namespace Connectors.Tests.Shopify;

public sealed class RealInputTests
{
    [Fact]
    public void Every_real_document_has_the_outcome_that_was_approved()
    {
        var text = new StringBuilder();
        foreach (var (name, body) in RealDocuments.All())
        {
            var request = GivenShopify.Signed(body);
            Assert.True(GivenShopify.Receiver.Verify(request, GivenShopify.Connection), name);
            text.Append(name).Append(": ").Append(OrderText.Of(GivenShopify.Receiver.Translate(request, GivenShopify.Connection)));
        }

        Approved.Check("shopify-real-documents", text.ToString());
    }
}
