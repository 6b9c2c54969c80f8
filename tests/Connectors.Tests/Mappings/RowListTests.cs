using Connectors.Protocols.Manifests;
using Connectors.Protocols.Manifests.Editing;
using CsCheck;

namespace Connectors.Tests.Mappings;

/// <summary>Rows changed by a form stay in step with the text, which is the truth: nothing else of it moves.</summary>
public sealed class RowListTests
{
    private const string Text = """
        kind: Connector
        metadata: { name: bazaar }
        spec:
          title: Bazaar # as they call it
          roles: [marketplace]
          feeds: [{ name: orders, path: /o, items: "$[]" }]
          receive:
            documents:
              - topics: [orders]
                order:
                  lines: { at: "$.lines[]" }
                  rows:
                    # the number is theirs
                    - { to: externalId, from: $.id } # never changes
                    - to: number
                      from:
                        - $.no
                        - $.id
                    - to: placedAt # when
                      from: $.at
                    - { to: currency, value: EUR }
                    - { to: customer.name, from: [$.first, $.last], join: " ", when: [{ at: $.kind, is: [person, "1"] }, { at: $.gone, present: false }] }
                    - { to: "lines[].channelLineRef", from: "@.id", crosswalk: { name: refs, side: theirs } }
                    - { to: "lines[].quantity", from: "@.n", values: { a: "1", b: 2 }, default: "1" }
          mappings:
            - name: shipment
              rows: [{ to: carrier, from: shipment.carrier, missing: write-null }, { to: no, value: "5" }, { to: n, value: 5 }]
        """;

    private static string Yaml => Text.ReplaceLineEndings("\n");

    private const string Order = "receive.documents[0].order";

    [Fact]
    public void The_lists_are_found_with_their_lines()
    {
        var lists = RowLists.Of(Yaml);
        Assert.Equal([(Order, "orders", RowDirection.Order, "$.lines[]", 7), ("mappings[0]", "shipment", RowDirection.Outgoing, null, 3)], lists.Select(l => (l.Path, l.Name, l.Direction, l.LinesAt, l.Rows.Count)));
        Assert.Equal([(14, 14, true), (15, 18, true), (19, 20, false), (21, 21, true)], lists[0].Rows.Take(4).Select(r => (r.FirstLine, r.LastLine, r.ByForm)));
        Assert.Equal(["$.no", "$.id"], lists[0].Rows[1].Edit.From);
        Assert.Equal(("refuse", "write-null"), ("refuse", lists[1].Rows[0].Edit.Missing));
        Assert.Empty(RowLists.Of("a: ]["));
    }

    /// <summary>What a form reads and writes back unchanged means the same; one line takes the place of several.</summary>
    [Fact]
    public void A_row_that_is_written_back_unchanged_means_what_it_meant()
    {
        var text = Yaml;
        foreach (var list in RowLists.Of(Yaml))
            foreach (var row in list.Rows)
                text = RowLists.Set(text, list.Path, row.Number, row.Edit);
        Assert.Equal(Yaml.Replace("to: number\n              from:\n                - $.no\n                - $.id", "{ to: number, from: [$.no, $.id] }", StringComparison.Ordinal), text);
    }

    [Fact]
    public void A_change_touches_its_row_alone()
    {
        var row = RowLists.Of(Yaml)[0].Rows[0].Edit;
        var text = RowLists.Set(Yaml, Order, 1, row with { From = ["$.order id", "$.id"], Convert = "upper, cut:20", Missing = "refuse", When = [new("$.a", ["true", "x, y"], ["no"], true)] });
        Assert.Equal(Yaml.Replace("{ to: externalId, from: $.id } #", """{ to: externalId, from: [$.order id, $.id], convert: "upper, cut:20", required: true, when: [{ at: $.a, is: ["true", "x, y"], not: ["no"], present: true }] } #""", StringComparison.Ordinal), text);
        Assert.Equal(Yaml, RowLists.Set(Yaml, Order, 3, row));
        Assert.Equal(Yaml, RowLists.Set(Yaml, Order, 8, row));
        Assert.Equal(Yaml, RowLists.Set(Yaml, "nowhere", 1, row));
    }

    [Fact]
    public void Rows_are_added_removed_and_moved()
    {
        var added = RowLists.Add(Yaml, Order, new() { To = "total", From = ["$.sum"], Convert = "minor" });
        Assert.Equal(Yaml.Replace("default: \"1\" }\n", "default: \"1\" }\n            - { to: total, from: $.sum, convert: minor }\n", StringComparison.Ordinal), added);
        Assert.Equal(Yaml, RowLists.Remove(added, Order, 8));
        Assert.Equal(Yaml.Replace("            - { to: currency, value: EUR }\n", "", StringComparison.Ordinal), RowLists.Remove(Yaml, Order, 4));
        var flow = RowLists.Add(Yaml, "mappings[0]", new() { To = "a", Value = "b" });
        Assert.EndsWith("""{ to: n, value: 5 }, { to: a, value: "b" }]""", flow, StringComparison.Ordinal);
        Assert.Equal(Yaml, RowLists.Remove(flow, "mappings[0]", 4));
        Assert.EndsWith("""rows: [{ to: no, value: "5" }, { to: n, value: 5 }]""", RowLists.Remove(Yaml, "mappings[0]", 1), StringComparison.Ordinal);
        var moved = RowLists.Move(Yaml, Order, 1, 1);
        Assert.Equal(["number", "externalId", "placedAt"], RowLists.Of(moved)[0].Rows.Take(3).Select(r => r.Edit.To));
        Assert.Equal(RowLists.Of(Yaml)[0].Rows.Select(r => r.Edit.ToYaml()), RowLists.Of(RowLists.Move(moved, Order, 2, -1))[0].Rows.Select(r => r.Edit.ToYaml()));
        Assert.Equal(Yaml, RowLists.Move(Yaml, Order, 1, -1));
        Assert.Equal("""spec: { mappings: [{ name: m, rows: [{ to: a, value: "b" }] }] }""", RowLists.Add("spec: { mappings: [{ name: m, rows: [] }] }", "mappings[0]", new() { To = "a", Value = "b" }));
    }

    /// <summary>Whatever a person types into the fields, it comes back as it was typed.</summary>
    [Fact]
    public void Any_text_survives_the_way_through_the_document()
    {
        var text = Gen.Char[" \t!\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~äÖ€"].Array[1, 12].Select(c => new string(c));
        Gen.Select(text, text, text, text).Sample((to, from, value, at) =>
        {
            var edit = new RowEdit { To = to, From = [from, value], Default = value, Join = value, Expression = from, Convert = value, Missing = "write-null", When = [new(at, [from], [value], false)] };
            var yaml = RowLists.Add(Yaml, Order, edit);
            var row = RowLists.Of(yaml)[0].Rows[^1].Edit;
            return (row.To, row.From[0], row.From[1], row.Default, row.Join, row.Expression, row.Convert, row.Missing, row.When[0].At, row.When[0].Is[0], row.When[0].Not[0])
                == (to, from, value, value, value, from, value, "write-null", at, from, value);
        }, iter: 2_000);
    }

    [Fact]
    public void Every_built_in_document_can_be_edited_by_form()
    {
        foreach (var name in new[] { "woocommerce", "walmart", "adobe-commerce", "bigcommerce", "ebay" })
        {
            var document = EmbeddedCatalog.Document(name)!;
            var text = document;
            var lists = RowLists.Of(document);
            Assert.True(lists.Count > 1, name);
            foreach (var list in lists)
                foreach (var row in list.Rows.Where(r => r.ByForm))
                    text = RowLists.Set(text, list.Path, row.Number, row.Edit);
            Assert.Empty(ManifestReader.Read(text, name).Problems);
            Assert.Equal(lists.SelectMany(l => l.Rows).Select(r => r.Edit.ToYaml()), RowLists.Of(text).SelectMany(l => l.Rows).Select(r => r.Edit.ToYaml()));
        }
    }
}
