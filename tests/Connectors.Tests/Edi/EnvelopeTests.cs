using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi;

namespace Connectors.Tests.Edi;

/// <summary>What is wrong spoils its own level and no other, and the acknowledgement says so.</summary>
public sealed class EnvelopeTests
{
    [Fact]
    public void A_set_that_is_wrong_is_refused_alone()
    {
        var text = GivenEdi.X12("PO", "850", [GivenEdi.Order, GivenEdi.Line, "CTT*1"], ["BEG*00*SA***20261122", "PO1*1*two*EA", "CTT*1"], [GivenEdi.Order, GivenEdi.Line]);
        var reading = GivenEdi.Read(GivenEdi.Of850, text);
        Assert.Empty(reading.Refusals);
        Assert.Equal("Interchange 000000905 from ACME, 3 sets, 1 refused", reading.Summary);
        Assert.Equal(["ST 0001, segments 3 to 7", "ST 0002, segments 8 to 12", "ST 0003, segments 13 to 16"], reading.Documents.Select(d => d.Place));
        Assert.Equal([0, 2, 0], reading.Documents.Select(d => d.Refusals.Count));
        Assert.Equal(
            ["edi.element_missing at segment 2 BEG, element 3: Segment 2 BEG, element 3: number is required, and is not there.", "edi.element_character at segment 3 PO1, element 2: Segment 3 PO1, element 2: quantity must be a number."],
            reading.Documents[1].Refusals.Select(r => $"{r.Code} at {r.Field}: {r.Message}"));
        Assert.Contains("AK2*850*0001~\nAK5*A~\nAK2*850*0002~\nAK3*BEG*2**8~\nAK4*3**1~\nAK3*PO1*3**8~\nAK4*2**6*two~\nAK5*R*5~\nAK2*850*0003~\nAK5*A~\nAK9*P*3*3*2~", GivenEdi.Answer(reading).Replace("~", "~\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SE*5*0001", "SE*9*0001", "edi.set_count", "AK5*R*4~")]
    [InlineData("SE*5*0001", "SE*x*0001", "edi.set_count", "AK5*R*4~")]
    [InlineData("SE*5*0001", "SE*5*0007", "edi.set_control_mismatch", "AK5*R*3~")]
    [InlineData("SE*5*0001~\n", "", "edi.set_trailer_missing", "AK5*R*2~")]
    [InlineData("ST*850*0001", "ST**0001", "edi.set_id_missing", "AK5*R*6~")]
    [InlineData("ST*850*0001", "ST*850", "edi.set_control_missing", "AK5*R*7")]
    [InlineData("PO1*1*2", "12345*1*2", "edi.segment_unknown", "AK3*ZZZ*3**1~")]
    [InlineData("BEG*00*SA*4711**20261122~\n", "", "edi.segment_missing", "AK3*BEG*")]
    [InlineData("20261122~", "20261322~", "edi.element_date", "AK3*BEG*2**8~AK4*5**8*20261322~AK5*R*5~")]
    [InlineData("*4711*", "*47110000000000000000000000000*", "edi.element_too_long", "AK4*3**5*47110000000000000000000000000~")]
    [InlineData("*2*EA*9.25**VN*TEE-M", "*2*EA*9.25**VN*", "edi.element_conditional", "AK4*7**2~")]
    public void What_is_wrong_with_a_set_is_named_and_rejected(string was, string @is, string code, string told)
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders().Replace(was, @is, StringComparison.Ordinal));
        Assert.Contains(code, Assert.Single(reading.Documents).Refusals.Select(r => r.Code));
        Assert.Contains(told, GivenEdi.Answer(reading), StringComparison.Ordinal);
        Assert.Contains("AK9*R*1*1*0~", GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GE*2*905", "GE*3*905", "edi.group_count", "AK9*R*3*2*0*5~")]
    [InlineData("GE*2*905", "GE*2*906", "edi.group_control_mismatch", "AK9*R*2*2*0*4~")]
    [InlineData("GE*2*905~\n", "", "edi.group_trailer_missing", "AK9*R*2*2*0*3~")]
    public void What_is_wrong_with_a_group_refuses_its_sets(string was, string @is, string code, string told)
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders(2).Replace(was, @is, StringComparison.Ordinal));
        Assert.Equal(2, reading.Documents.Count);
        Assert.All(reading.Documents, d => Assert.Equal(code, Assert.Single(d.Refusals).Code));
        Assert.Contains(told, GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IEA*1*000000905", "IEA*2*000000905", "edi.interchange_count", "021")]
    [InlineData("IEA*1*000000905", "IEA*1*000000906", "edi.interchange_control_mismatch", "001")]
    [InlineData("IEA*1*000000905~\n", "", "edi.interchange_trailer_missing", "023")]
    [InlineData("*ZZ*US             *", "*ZZ*THEM           *", "edi.receiver_unknown", "009")]
    [InlineData("GS*PO*ACME*US*20261123*0915*905*X*004010~\n", "", "edi.interchange_structure", "021")]
    public void What_is_wrong_with_an_interchange_refuses_all_of_it_and_ta1_says_so(string was, string @is, string code, string note)
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders().Replace(was, @is, StringComparison.Ordinal));
        Assert.Contains(code, reading.Refusals.Select(r => r.Code));
        Assert.All(reading.Documents, d => Assert.NotEmpty(d.Refusals));
        var answer = GivenEdi.Answer(reading);
        Assert.Contains("~TA1*000000905*261123*0915*R*", answer, StringComparison.Ordinal);
        Assert.True(answer.Contains($"*R*{note}~", StringComparison.Ordinal) || code == "edi.interchange_structure", answer);
        Assert.DoesNotContain("AK1", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_interchange_leaves_the_good_one_beside_it_alone()
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders().Replace("IEA*1", "IEA*7", StringComparison.Ordinal) + GivenEdi.Orders(2));
        Assert.Empty(reading.Refusals);
        Assert.Equal([1, 0, 0], reading.Documents.Select(d => d.Refusals.Count));
        Assert.Equal(2, reading.Answers.Count);
    }

    [Fact]
    public void Nothing_is_told_to_a_sender_who_is_not_the_partner()
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders().Replace("*ZZ*ACME  ", "*ZZ*OTHER ", StringComparison.Ordinal));
        Assert.Contains("edi.sender_unknown", reading.Refusals.Select(r => r.Code));
        Assert.Empty(reading.Answers);
    }

    [Fact]
    public void Test_and_production_are_kept_apart_where_the_connection_says_which_it_is()
    {
        var format = GivenEdi.Format("x12", "usage: production\nacknowledge: \"997\"");
        Assert.Empty(GivenEdi.Read(format, GivenEdi.Orders()).Refusals);
        Assert.Equal("edi.interchange_usage", Assert.Single(GivenEdi.Read(format, GivenEdi.Orders().Replace("*0*P*>", "*0*T*>", StringComparison.Ordinal)).Refusals).Code);
        Assert.Empty(GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders().Replace("*0*P*>", "*0*T*>", StringComparison.Ordinal)).Refusals);
    }

    [Fact]
    public void Only_sets_and_versions_that_are_taken_are_accepted()
    {
        var format = GivenEdi.Format("x12", "accept: [\"940\"]\nversions: [\"005\"]\nacknowledge: \"997\"");
        var reading = GivenEdi.Read(format, GivenEdi.Orders());
        Assert.Equal(["edi.group_version", "edi.set_unsupported"], Assert.Single(reading.Documents).Refusals.Select(r => r.Code));
        Assert.Contains("AK5*R*1~AK9*R*1*1*0*2~", GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "edi.empty")]
    [InlineData("STX=ANA:1+5000:US+5010:THEM'", "edi.tradacoms")]
    [InlineData("DXS*9251230013*DX~", "edi.dex")]
    [InlineData("GS*PO*A*B~", "edi.no_envelope")]
    [InlineData("UNB+UNOC:3+A+B+261123:0915+1'", "edi.other_standard")]
    [InlineData("ISA*00*1", "edi.head_unreadable")]
    [InlineData("{\"order\":1}", "edi.not_edi")]
    public void What_is_no_interchange_is_refused_with_the_reason(string text, string code)
    {
        var reading = GivenEdi.Read(GivenEdi.Of850, text);
        Assert.Equal(code, Assert.Single(reading.Refusals).Code);
        Assert.Empty(reading.Documents);
        Assert.Empty(reading.Answers);
    }

    [Theory]
    [InlineData("UNT+5+1", "UNT+9+1", "edi.set_count", "UCM+1+ORDERS:D:96A:UN+4+29'")]
    [InlineData("UNT+5+1", "UNT+5+2", "edi.set_control_mismatch", "UCM+1+ORDERS:D:96A:UN+4+28'")]
    [InlineData("UNT+5+1'\n", "", "edi.set_trailer_missing", "UCM+1+ORDERS:D:96A:UN+4+13'")]
    [InlineData("QTY+21:2", "QTY+21:two", "edi.element_character", "UCM+1+ORDERS:D:96A:UN+4'UCS+4'UCD+37+1:2'")]
    [InlineData("BGM+220+4711'\n", "", "edi.segment_missing", "UCS+4+13'")]
    public void Edifact_messages_are_refused_alone_and_contrl_says_so(string was, string @is, string code, string told)
    {
        var text = GivenEdi.Edifact("ORDERS", ["BGM+220+4711", "LIN+1++4098765000112:EN", "QTY+21:2"], ["BGM+220+4712", "LIN+1", "QTY+21:2"]);
        // The first message alone is changed.
        var at = text.IndexOf(was, StringComparison.Ordinal);
        var reading = GivenEdi.Read(GivenEdi.OfOrders, text[..at] + @is + text[(at + was.Length)..]);
        Assert.Contains(code, reading.Documents[0].Refusals.Select(r => r.Code));
        Assert.Empty(reading.Documents[1].Refusals);
        Assert.Contains(told, GivenEdi.Answer(reading), StringComparison.Ordinal);
        Assert.Contains("UCI+905+ACME:14+US:14+7'", GivenEdi.Answer(reading), StringComparison.Ordinal);
        Assert.Contains("UCM+2+ORDERS:D:96A:UN+7'", GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UNZ+1+905", "UNZ+2+905", "edi.interchange_count", "29")]
    [InlineData("UNZ+1+905", "UNZ+1+906", "edi.interchange_control_mismatch", "28")]
    [InlineData("UNZ+1+905'\n", "", "edi.interchange_trailer_missing", "13")]
    public void An_edifact_interchange_that_is_wrong_is_rejected_as_a_whole(string was, string @is, string code, string told)
    {
        var reading = GivenEdi.Read(GivenEdi.OfOrders, GivenEdi.Edifact("ORDERS", ["BGM+220+4711", "LIN+1"]).Replace(was, @is, StringComparison.Ordinal));
        Assert.Equal(code, Assert.Single(reading.Refusals).Code);
        Assert.Contains($"UCI+905+ACME:14+US:14+4+{told}'", GivenEdi.Answer(reading), StringComparison.Ordinal);
        Assert.DoesNotContain("UCM", GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_sets_are_refused_before_they_are_worked_with()
    {
        var text = new StringBuilder("ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261123*0915*U*00401*000000905*0*P*>~GS*PO*ACME*US*20261123*0915*905*X*004010~");
        for (var i = 0; i <= EdiDelivery.MostSets; i++)
            text.Append(CultureInfo.InvariantCulture, $"ST*850*{i}~SE*2*{i}~");
        Assert.Equal("edi.too_many_sets", Assert.Single(GivenEdi.Read(GivenEdi.Of850, text.ToString()).Refusals).Code);
    }
}
