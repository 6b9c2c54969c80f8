using System.Globalization;
using System.Text;
using Connectors.Protocols.Formats;

namespace Connectors.Tests.Edi;

/// <summary>Acknowledgements that we make, and those that we get.</summary>
public sealed class AcknowledgementTests
{
    [Fact]
    public void The_acknowledgement_goes_back_to_the_sender_and_is_the_same_each_time()
    {
        var (first, again) = (GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders()), GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders()));
        var answer = Assert.Single(first.Answers);
        Assert.Equal("997-000000905", answer.Name);
        Assert.Equal("application/edi-x12", answer.ContentType);
        Assert.Equal(answer.Key, Assert.Single(again.Answers).Key);
        Assert.True(answer.Content.Span.SequenceEqual(again.Answers[0].Content.Span));
        Assert.Equal(
            "ISA*00*          *00*          *ZZ*US             *ZZ*ACME           *261123*1000*U*00401*900000905*0*P*>~GS*FA*US*ACME*20261123*1000*900000905*X*004010~ST*997*0001~AK1*PO*905~AK2*850*0001~AK5*A~AK9*A*1*1*1~SE*6*0001~GE*1*900000905~IEA*1*900000905~",
            GivenEdi.Answer(first));
        // What we wrote reads back as an acknowledgement of the partner's set.
        var theirs = GivenEdi.Read(GivenEdi.Format("x12", "", "{settings.nobody}"), GivenEdi.Answer(first));
        Assert.Equal("850", GivenEdi.Json(Assert.Single(theirs.Documents)).GetProperty("acknowledgement").GetProperty("setId").GetString());
    }

    [Fact]
    public void An_acknowledgement_is_never_acknowledged()
    {
        var always = GivenEdi.Format("x12", "acknowledge: \"997\"\ntechnical: always");
        Assert.Empty(GivenEdi.Read(always, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK2*940*0077", "AK5*A", "AK9*A*1*1*1"])).Answers);
        Assert.Empty(GivenEdi.Read(always, GivenEdi.X12("FA", "997", ["AK1*OW*77"])).Answers);
        Assert.Empty(GivenEdi.Read(always, "ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261123*0915*U*00401*000000905*1*P*>~TA1*000000077*261123*0915*A*000~IEA*0*000000905~").Answers);
        Assert.Empty(GivenEdi.Read(GivenEdi.OfOrders, GivenEdi.Edifact("CONTRL", ["UCI+77+US:14+ACME:14+7"])).Answers);
    }

    [Fact]
    public void Ta1_is_sent_when_it_is_asked_for_always_or_never()
    {
        var asking = GivenEdi.Orders().Replace("*0*P*>", "*1*P*>", StringComparison.Ordinal);
        Assert.Contains("~TA1*000000905*261123*0915*A*000~GS*FA", GivenEdi.Answer(GivenEdi.Read(GivenEdi.Of850, asking)), StringComparison.Ordinal);
        Assert.DoesNotContain("TA1", GivenEdi.Answer(GivenEdi.Read(GivenEdi.Of850, GivenEdi.Orders())), StringComparison.Ordinal);
        Assert.DoesNotContain("TA1", GivenEdi.Answer(GivenEdi.Read(GivenEdi.Format("x12", "acknowledge: \"997\"\ntechnical: never"), asking)), StringComparison.Ordinal);
        var alone = GivenEdi.Answer(GivenEdi.Read(GivenEdi.Format("x12", "technical: always"), GivenEdi.Orders()));
        Assert.EndsWith("~TA1*000000905*261123*0915*A*000~IEA*0*900000905~", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void A_999_says_the_same_in_its_own_segments()
    {
        var reading = GivenEdi.Read(GivenEdi.Format("x12", "schemas: [\"850\"]\nacknowledge: \"999\""), GivenEdi.Orders().Replace("*2*EA", "*two*EA", StringComparison.Ordinal));
        Assert.Contains("ST*999*0001*005010X231A1~AK1*PO*905*004010~AK2*850*0001~IK3*PO1*3**8~IK4*2**6*two~IK5*R*5~AK9*R*1*1*0~", GivenEdi.Answer(reading), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A", true, "accepted"), InlineData("E", true, "accepted-with-errors"), InlineData("P", false, "partially-accepted")]
    [InlineData("R", false, "rejected"), InlineData("M", false, "rejected"), InlineData("W", false, "rejected"), InlineData("X", false, "rejected"), InlineData("", false, "rejected")]
    public void Each_result_of_a_set_is_read(string code, bool accepted, string outcome)
    {
        var json = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK2*940*0077", $"AK5*{code}", "AK9*P*1*1*0"])).Documents)).GetProperty("acknowledgement");
        Assert.Equal(accepted, json.GetProperty("accepted").GetBoolean());
        Assert.Equal(outcome, json.GetProperty("outcome").GetString());
        Assert.Equal("erp-a/77", json.GetProperty("control").GetString());
    }

    [Fact]
    public void The_reason_names_segment_element_and_code()
    {
        var json = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK2*940*0077", "AK3*N4*6**8", "AK4*2**7*XX", "AK3*W01*9**3", "AK5*R*5", "AK9*R*1*1*0"])).Documents));
        Assert.Equal("The partner's 997 rejects 940 0077: segment 6 N4, element 2: the code is not known to the partner; segment 9 W01: the segment is required and missing.", json.GetProperty("acknowledgement").GetProperty("reason").GetString());
    }

    [Fact]
    public void A_group_without_listed_sets_stands_for_all_of_them_and_an_incomplete_one_is_shown()
    {
        var whole = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK9*A*1*1*1"])).Documents)).GetProperty("acknowledgement");
        Assert.Equal(("group", true, "erp-a/77"), (whole.GetProperty("level").GetString(), whole.GetProperty("accepted").GetBoolean(), whole.GetProperty("control").GetString()));
        var part = GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK2*940*0001", "AK5*R*5", "AK9*P*3*3*2"])).Documents;
        Assert.Equal([0, 1], part.Select(d => d.Refusals.Count));
        Assert.Contains("had 3 sets and lists 1", part[1].Refusals[0].Message, StringComparison.Ordinal);
        var overruled = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("FA", "997", ["AK1*OW*77", "AK2*940*0077", "AK5*A", "AK9*R*1*1*0*5"])).Documents)).GetProperty("acknowledgement");
        Assert.False(overruled.GetProperty("accepted").GetBoolean());
    }

    [Fact]
    public void Contrl_is_read_for_messages_or_for_all_of_them()
    {
        var listed = GivenEdi.Read(GivenEdi.OfOrders, GivenEdi.Edifact("CONTRL", ["UCI+77+US:14+ACME:14+7", "UCM+77+INVOIC:D:96A:UN+4", "UCS+12", "UCD+12+1:2", "UCM+78+INVOIC:D:96A:UN+7"])).Documents.Select(d => GivenEdi.Json(d).GetProperty("acknowledgement")).ToList();
        Assert.Equal([false, true], listed.Select(a => a.GetProperty("accepted").GetBoolean()));
        Assert.Equal(["erp-a/77", "erp-a/78"], listed.Select(a => a.GetProperty("control").GetString()));
        Assert.Contains("at segment 12, element 1: the value is not valid", listed[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        var whole = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.OfOrders, GivenEdi.Edifact("CONTRL", ["UCI+77+US:14+ACME:14+4+29"])).Documents)).GetProperty("acknowledgement");
        Assert.Equal((false, "group"), (whole.GetProperty("accepted").GetBoolean(), whole.GetProperty("level").GetString()));
        var received = GivenEdi.Json(Assert.Single(GivenEdi.Read(GivenEdi.OfOrders, GivenEdi.Edifact("CONTRL", ["UCI+77+US:14+ACME:14+8"])).Documents)).GetProperty("acknowledgement");
        Assert.Equal("interchange", received.GetProperty("level").GetString());
    }

    [Fact]
    public void Two_thousand_generated_replies_are_each_read_as_they_were_meant()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 2_000; i++)
        {
            var edifact = random.Next(2) == 0;
            var sets = Enumerable.Range(0, random.Next(0, 6)).Select(_ => (Number: random.Next(1, 100_000), Accepted: random.Next(3) > 0)).DistinctBy(s => s.Number).ToList();
            var missing = random.Next(5) == 0 ? random.Next(1, 4) : 0;
            var documents = GivenEdi.Read(edifact ? GivenEdi.OfOrders : GivenEdi.Of850, edifact ? Contrl(sets, random) : Functional(sets, missing, random)).Documents;
            var open = !edifact && missing > 0 && sets.Count > 0 && sets.Exists(s => !s.Accepted);
            Assert.Equal(open ? 1 : 0, documents.Count(d => d.Refusals.Count > 0));
            var read = documents.Where(d => d.Refusals.Count == 0).Select(d => GivenEdi.Json(d).GetProperty("acknowledgement")).ToList();
            if (sets.Count == 0)
                Assert.Equal("group", Assert.Single(read).GetProperty("level").GetString());
            else
                Assert.Equal(sets.Select(s => ($"erp-a/{s.Number}", s.Accepted)), read.Select(a => (a.GetProperty("control").GetString()!, a.GetProperty("accepted").GetBoolean())));
        }
    }

    private static string Functional(List<(int Number, bool Accepted)> sets, int missing, Random random)
    {
        var accepted = sets.Count(s => s.Accepted);
        var code = accepted == sets.Count ? "A" : accepted == 0 ? "R" : "P";
        var segments = new List<string> { $"AK1*OW*{random.Next(1, 1000)}" };
        foreach (var (number, good) in sets)
        {
            segments.Add($"AK2*940*{number.ToString("0000", CultureInfo.InvariantCulture)}");
            if (!good && random.Next(2) == 0)
                segments.AddRange([$"AK3*W01*{random.Next(2, 40)}**8", $"AK4*{random.Next(1, 9)}**{random.Next(1, 10)}"]);
            segments.Add(good ? random.Next(4) == 0 ? "AK5*E" : "AK5*A" : random.Next(2) == 0 ? "AK5*R*5" : "AK5*X");
        }

        segments.Add($"AK9*{code}*{sets.Count + missing}*{sets.Count}*{accepted}");
        return GivenEdi.X12("FA", "997", [.. segments.Select(s => s)]);
    }

    private static string Contrl(List<(int Number, bool Accepted)> sets, Random random)
    {
        var segments = new List<string> { $"UCI+{random.Next(1, 1000)}+US:14+ACME:14+7" };
        foreach (var (number, good) in sets)
        {
            segments.Add($"UCM+{number}+INVOIC:D:96A:UN+{(good ? 7 : 4)}");
            if (!good && random.Next(2) == 0)
                segments.AddRange([$"UCS+{random.Next(2, 40)}", $"UCD+12+{random.Next(1, 9)}:1"]);
        }

        return GivenEdi.Edifact("CONTRL", [.. segments]);
    }

    [Fact]
    public void Whatever_is_wrong_with_which_sets_the_acknowledgement_names_exactly_those()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var bad = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(3) == 0).ToList();
            var text = new StringBuilder();
            var reading = GivenEdi.Read(GivenEdi.Of850, GivenEdi.X12("PO", "850", [.. bad.Select(b => new[] { GivenEdi.Order, b ? "PO1*1*x" : GivenEdi.Line })]));
            foreach (var (isBad, at) in bad.Select((b, at) => (b, at)))
                text.Append(CultureInfo.InvariantCulture, $"AK2*850*{at + 1:0000}~").Append(isBad ? "AK3*PO1*3**8~AK4*2**6*x~AK5*R*5~" : "AK5*A~");
            Assert.Contains(text.ToString(), GivenEdi.Answer(reading), StringComparison.Ordinal);
            Assert.Equal(bad, reading.Documents.Select(d => d.Refusals.Count > 0));
        }
    }
}
