using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

/// <summary>Two documents field by field: JSON, XML, and text that is neither.</summary>
public sealed class DocumentComparisonTests
{
    [Fact]
    public void Members_may_change_their_order_and_lines_may_not()
    {
        var fields = DocumentComparison.Compare("""{"a":1,"lines":[{"s":"x"},{"s":"y"}],"gone":null}""", """{"lines":[{"s":"y"},{"s":"x"}],"a":1,"new":true}""");
        Assert.Equal(
            [("a", FieldDifference.Same), ("lines[0].s", FieldDifference.Changed), ("lines[1].s", FieldDifference.Changed), ("gone", FieldDifference.Gone), ("new", FieldDifference.Added)], fields.Select(f => (f.Path, f.Change)));
    }

    [Fact]
    public void Numbers_are_compared_as_they_are_written() => Assert.Equal(FieldDifference.Changed, DocumentComparison.Compare("""{"a":1.0}""", """{"a":1}""")[0].Change);

    [Fact]
    public void Xml_is_read_by_local_names_with_attributes_and_places()
    {
        var fields = DocumentComparison.Compare("<o xmlns='urn:x' v='1'><l>a</l><l>b</l></o>", "<p:o xmlns:p='urn:x' v='2'><p:l>a</p:l><p:l>c</p:l></p:o>");
        Assert.Equal([("o@v", FieldDifference.Changed), ("o.l[0]", FieldDifference.Same), ("o.l[1]", FieldDifference.Changed)], fields.Select(f => (f.Path, f.Change)));
    }

    [Theory]
    [InlineData("{broken")]
    [InlineData("<a><b></a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")]
    [InlineData("UNA:+.? 'UNB+UNOA:3'")]
    public void What_is_neither_is_compared_line_by_line(string text) => Assert.Equal("line 1", DocumentComparison.Compare(text, text)[0].Path);

    [Fact]
    public void A_huge_document_is_bounded() => Assert.Equal(DocumentComparison.MostFields, DocumentComparison.Flatten("[" + string.Join(',', Enumerable.Range(0, 20_000)) + "]").Count);
}
