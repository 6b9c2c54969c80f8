using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Domain.Schemas.Impact;

namespace ControlPlane.Domain.Tests.Schemas;

public sealed class MappingReadsTests
{
    [Fact]
    public void Every_place_that_a_mapping_reads_is_a_field_of_the_schema()
    {
        var template = new IncomingTemplate("order", IncomingKind.Order, new("$.groups[].items[]", [new("@.parent", [], [], false)]),
        [
            new() { Target = "externalId", Sources = ["$.id", "receivedAt"] },
            new() { Target = "customer.name", Sources = ["$['first.name']", "$.last"], Join = " " },
            new() { Target = "lines[].unitPrice", Expression = "cost / quantity", With = new Dictionary<string, string> { ["cost"] = "@.cost[0].amount", ["quantity"] = "@.pieces" } },
            new() { Target = "total", Value = "1", When = [new("$.state", ["paid"], [], null)] },
        ]);
        Assert.Equal(
            ["/data/first.name→customer.name", "/data/groups/*/items/*/cost/*/amount→lines[].unitPrice", "/data/groups/*/items/*/parent→which lines are taken", "/data/groups/*/items/*/pieces→lines[].unitPrice",
                "/data/groups/*/items/*→lines", "/data/id→externalId", "/data/last→customer.name", "/data/state→total"],
            MappingReads.Of(template, "$.data").Select(r => $"{r.Field}→{r.Target}").Order(StringComparer.Ordinal));
        Assert.True(MappingReads.Touches("/data/groups", "/data/groups/*/items/*/pieces"));
        Assert.True(MappingReads.Touches("/data/id/value", "/data/id"));
        Assert.False(MappingReads.Touches("/data/i", "/data/id"));
    }

    [Fact]
    public void A_stored_profile_goes_on_where_it_was()
    {
        var (one, other) = (new ShapeProfile(), new ShapeProfile());
        for (var day = 1; day <= 6; day++)
        {
            for (var i = 0; i < 60; i++)
            {
                var document = JsonSerializer.SerializeToElement(new { id = i, state = i % 2 == 0 ? "open" : "paid", note = day == 6 ? "fragile, please" : null, lines = new[] { new { sku = $"S {i}, blue" } } });
                one.Observe(document, Guid.Empty, day);
                other.Observe(document, Guid.Empty, day);
            }

            other = ShapeProfile.FromBytes(other.ToBytes())!;
        }

        Assert.Equal(one.Documents, other.Documents);
        Assert.Equal(DriftRules.Examine(one, 6).Select(f => f.Key), DriftRules.Examine(other, 6).Select(f => f.Key));
        Assert.Equal(one.Days.OrderBy(d => d.Key.ToString()).Select(d => $"{d.Key} {string.Join(',', d.Value)}"), other.Days.OrderBy(d => d.Key.ToString()).Select(d => $"{d.Key} {string.Join(',', d.Value)}"));
        Assert.Null(ShapeProfile.FromBytes(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void The_canonical_schemas_can_be_read_and_take_what_the_code_writes()
    {
        foreach (var (subject, _, document) in CanonicalSchemas.All)
        {
            var schema = JsonSchema.Parse(System.Text.Encoding.UTF8.GetBytes(document), out var problems);
            Assert.True(schema is not null, $"{subject}: {string.Join("; ", problems)}");
        }
    }
}
