using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Tests.Transactions;

public sealed class PayloadMaskTests
{
    [Theory]
    [InlineData("""{"email":"mia@mail.example"}""")]
    [InlineData("""{"Customer":{"Name":"Mia Brandt"}}""")]
    [InlineData("""{"shipping_address":{"first_name":"Mia","address1":"Elbchaussee 12","phone":"+49 40 5550123"}}""")]
    [InlineData("""{"payload":{"ShippingAddress":{"Name":"Mia Brandt","AddressLine1":"Elbchaussee 12"},"BuyerInfo":{"BuyerEmail":"mia@mail.example"}}}""")]
    [InlineData("""{"shipToName":"Mia Brandt","shipToAddressLine1":"Elbchaussee 12","phoneNumber":495550123}""")]
    [InlineData("""{"orders":[{"customer":{"default_address":{"name":"Mia Brandt"}}}]}""")]
    [InlineData("""{"street":["Elbchaussee 12","c/o Mia Brandt"]}""")]
    [InlineData("""{"phone":{"number":"+49 40 5550123","kind":"mobile"}}""")]
    [InlineData("""{"remark":"write to mia@mail.example please"}""")]
    [InlineData("""[["x"],{"EMAIL":"mia@mail.example"}]""")]
    public void Personal_data_is_hidden_wherever_it_is_nested(string json)
    {
        var masked = PayloadMask.Apply(json, reveal: false);
        Assert.Equal(PayloadFormat.Json, masked.Format);
        Assert.True(masked.Masked > 0);
        foreach (var personal in new[] { "Mia", "mia", "Elbchaussee", "5550123" })
            Assert.DoesNotContain(personal, masked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_personal_stays_to_the_digit()
    {
        const string Json = """{"name":"#1001","total_price":"126.40","rate":1.10,"id":12345678901234567890,"line_items":[{"name":"Desk lamp","quantity":2}],"city":"Hamburg","taxable":true,"note_attributes":[]}""";
        var masked = PayloadMask.Apply(Json, reveal: false);
        Assert.Equal(0, masked.Masked);
        foreach (var kept in new[] { "#1001", "126.40", "1.10", "12345678901234567890", "Desk lamp", "Hamburg" })
            Assert.Contains(kept, masked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_carrier_is_no_person_and_a_company_elsewhere_stays_hidden()
    {
        const string Json = """{"fulfillment":{"trackingInfo":[{"company":"DHL Express","recipient":{"company":"Brandt KG"}}]},"tracking_info":{"company":"DHL Freight"},"company":"Brandt GmbH","shippingAddress":{"company":"Brandt AG","tracking":{"company":"Brandt OHG"}}}""";
        var masked = PayloadMask.Apply(Json, reveal: false);
        foreach (var kept in new[] { "DHL Express", "DHL Freight" })
            Assert.Contains(kept, masked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Brandt", masked.Text, StringComparison.Ordinal);
        Assert.Equal(4, masked.Masked);
        var xml = PayloadMask.Apply("""<Shipment><Tracking Company="DHL"><CompanyName>DHL Express</CompanyName></Tracking><CompanyName>Brandt GmbH</CompanyName></Shipment>""", reveal: false);
        Assert.Equal((1, true), (xml.Masked, xml.Text.Contains("DHL Express", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_value_after_a_nested_object_is_not_taken_for_its_last_field() =>
        Assert.Contains("plain", PayloadMask.Apply("""[{"email":"a@b.example"},"plain"]""", reveal: false).Text, StringComparison.Ordinal);

    [Fact]
    public void A_mask_tells_nothing_about_the_length() =>
        Assert.Equal(PayloadMask.Apply("""{"lastName":"Wu"}""", false).Text, PayloadMask.Apply("""{"lastName":"Featherstonehaugh"}""", false).Text);

    [Fact]
    public void Revealing_only_indents()
    {
        var revealed = PayloadMask.Apply("""{"email":"mia@mail.example","n":"é<ü>"}""", reveal: true);
        Assert.Equal(0, revealed.Masked);
        Assert.Equal("{\n  \"email\": \"mia@mail.example\",\n  \"n\": \"é<ü>\"\n}", revealed.Text.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("""{"email":"mia@mail.example","phone":"+49 40 5550123" """)]
    [InlineData("""{"email" "mia@mail.example", tel +49 (40) 555-0123}""")]
    [InlineData("Call 040 5550123 4 or write to mia@mail.example")]
    [InlineData("customer_email=mia%40mail.example&phone=+494055501230")]
    public void Broken_json_and_plain_text_lose_mail_addresses_and_phone_numbers(string text)
    {
        var masked = PayloadMask.Apply(text, reveal: false);
        Assert.Equal(PayloadFormat.Text, masked.Format);
        Assert.DoesNotContain("mia", masked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("555", masked.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SHOPIFY-EU-1001 2026-11-23T14:02:11Z")]
    [InlineData("302-4000001-0007919 and 00340434161094000000")]
    [InlineData("LIN+1++4006381333931:EN'QTY+21:5")]
    public void Order_numbers_and_times_in_a_text_are_no_phone_numbers(string text) => Assert.Equal(text, PayloadMask.Text(text).Text);

    [Fact]
    public void Xml_is_masked_by_element_and_attribute_names()
    {
        const string Xml = """<o:Order xmlns:o="urn:o"><ID>1001</ID><Buyer Email="mia@mail.example"><Name>Mia Brandt</Name></Buyer><Item><Name>Lamp</Name></Item><StreetName>Elbchaussee 12</StreetName><!-- mia@mail.example --></o:Order>""";
        var masked = PayloadMask.Apply(Xml, reveal: false);
        Assert.Equal((PayloadFormat.Xml, 4), (masked.Format, masked.Masked));
        Assert.DoesNotContain("ia", masked.Text.Replace("Mail", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("<Name>Lamp</Name>", masked.Text, StringComparison.Ordinal);
        Assert.Contains("<ID>1001</ID>", masked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_type_definition_is_not_expanded()
    {
        var masked = PayloadMask.Apply("""<!DOCTYPE a [<!ENTITY e "mia@mail.example">]><a>&e;</a>""", reveal: false);
        Assert.Equal(PayloadFormat.Text, masked.Format);
        Assert.DoesNotContain("mia@", masked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_beyond_reason_falls_back_to_text() =>
        Assert.Equal(PayloadFormat.Text, PayloadMask.Apply(new string('[', 5_000) + new string(']', 5_000), reveal: false).Format);
}
