using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Schemas.Drift;

namespace ControlPlane.Domain.Tests.Schemas;

/// <summary>Drift on generated traffic: orders whose mix changes by hour and weekday, with rare fields and codes.</summary>
public sealed class DriftTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(2_000)]
    public void Steady_traffic_raises_at_most_one_false_alarm_a_week(int perDay)
    {
        var (alarms, weeks) = (0, 0);
        for (var seed = 1; seed <= (perDay > 1_000 ? 1 : perDay > 100 ? 2 : 5); seed++)
        {
            var traffic = new Traffic(seed);
            var profile = new ShapeProfile();
            var told = new HashSet<string>();
            for (var day = 0; day < 56; day++)
            {
                foreach (var order in traffic.Day(day, perDay))
                    profile.Observe(order, Guid.Empty, day);
                foreach (var finding in DriftRules.Examine(profile, day).Where(f => told.Add(f.Key)))
                {
                    alarms++;
                    output.WriteLine($"seed {seed}, day {day}: {finding}");
                }
            }

            weeks += 8;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{alarms} false alarms in {weeks} weeks at {perDay} documents a day"));
        Assert.True(alarms <= weeks, $"{alarms} false alarms in {weeks} weeks.");
    }

    [Fact]
    public void At_least_95_percent_of_seeded_drifts_are_caught_on_the_day_they_begin()
    {
        var (caught, all) = (0, 0);
        foreach (var kind in Enum.GetValues<DriftKind>())
            for (var seed = 1; seed <= 44; seed++)
            {
                var traffic = new Traffic(seed);
                var profile = new ShapeProfile();
                for (var day = 0; day < 14; day++)
                    foreach (var order in traffic.Day(day, 150))
                        profile.Observe(order, Guid.Empty, day);
                var expected = "";
                foreach (var order in traffic.Day(14, 150))
                    profile.Observe(Drifted(order, kind, seed, out expected), Guid.Empty, 14);
                all++;
                if (DriftRules.Examine(profile, 14).Any(f => f.Kind == kind && f.Path == expected))
                    caught++;
                else
                    output.WriteLine($"missed: {kind} at {expected}, seed {seed}");
            }

        output.WriteLine($"{caught} of {all} caught");
        Assert.True(caught >= all * 0.95, $"{caught} of {all} were caught.");
    }

    private static readonly string[] Places = ["", "/customer", "/shipping", "/lines/*", "/payment"];
    private static readonly string[] Codes = ["/status", "/currency", "/payment/method", "/shipping/service", "/lines/*/taxClass"];
    private static readonly string[] Typed = ["/total", "/customer/id", "/lines/*/quantity", "/lines/*/price", "/number"];
    private static readonly string[] Filled = ["/customer/email", "/shipping/city", "/lines/*/title", "/lines/*/sku", "/payment/reference"];

    private static JsonElement Drifted(JsonElement order, DriftKind kind, int seed, out string path)
    {
        var document = JsonNode.Parse(order.GetRawText())!;
        var place = seed % 5;
        path = kind switch { DriftKind.NewField => Places[place] + "/giftOption", DriftKind.NewValue => Codes[place], DriftKind.TypeChange => Typed[place], _ => Filled[place] };
        var name = path[(path.LastIndexOf('/') + 1)..];
        // Not every document has changed: a new version rolls out.
        if (order.GetProperty("number").GetString()!.GetHashCode(StringComparison.Ordinal) % 10 >= 7 && kind != DriftKind.Vanished)
            return order;
        foreach (var at in At(document, path[..path.LastIndexOf('/')]))
            switch (kind)
            {
                case DriftKind.NewField: at[name] = "wrapped"; break;
                case DriftKind.NewValue: at[name] = "brand-new"; break;
                case DriftKind.TypeChange: at[name] = at[name] is JsonValue v && v.GetValueKind() == JsonValueKind.Number ? new JsonObject { ["amount"] = v.DeepClone() } : JsonValue.Create(1); break;
                case DriftKind.NullRate: at[name] = null; break;
                default: at.Remove(name); break;
            }

        return JsonSerializer.SerializeToElement(document);
    }

    private static IEnumerable<JsonObject> At(JsonNode document, string parent) => parent switch
    {
        "" => [document.AsObject()],
        "/lines/*" => document["lines"]!.AsArray().Select(l => l!.AsObject()),
        _ => [document[parent[1..]]!.AsObject()],
    };

    /// <summary>Weekends have other customers, nights other payments; now and then comes something rare.</summary>
    private sealed class Traffic(int seed)
    {
        private readonly Random _random = new(seed);
        private int _number = 1_000;

        public IEnumerable<JsonElement> Day(int day, int count)
        {
            var weekend = day % 7 >= 5;
            for (var i = 0; i < count; i++)
            {
                var business = _random.NextDouble() < (weekend ? 0.05 : 0.35);
                yield return JsonSerializer.SerializeToElement(new JsonObject
                {
                    ["number"] = $"{_number++}",
                    ["status"] = Pick("open", "open", "open", "paid", Chance(0.01) ? "on-hold" : "open"),
                    ["currency"] = business ? "EUR" : Pick("EUR", "EUR", "GBP", Chance(0.02) ? "CHF" : "EUR"),
                    ["total"] = Math.Round(_random.NextDouble() * 300, 2),
                    ["customer"] = new JsonObject { ["id"] = _random.Next(1, 9_999), ["email"] = Chance(0.03) ? null : $"p{_random.Next()}@example.com", ["vatId"] = business ? $"DE{_random.Next(100_000_000, 999_999_999)}" : null },
                    ["shipping"] = new JsonObject { ["city"] = Pick("Köln", "Bonn", "Ulm", "Trier"), ["service"] = weekend ? Pick("standard", "express") : Pick("standard", "standard", "pickup", "express") },
                    ["payment"] = new JsonObject { ["method"] = business ? "invoice" : Pick("card", "wallet", "card", Chance(0.004) ? "voucher" : "card"), ["reference"] = $"t{_random.Next()}x" },
                    ["lines"] = new JsonArray([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => (JsonNode)Line())]),
                });
            }
        }

        private JsonObject Line()
        {
            var line = new JsonObject { ["sku"] = $"S-{_random.Next(1, 5_000)}", ["title"] = $"Thing {_random.Next(1, 5_000)}, blue", ["quantity"] = _random.Next(1, 4), ["price"] = Math.Round(_random.NextDouble() * 90, 2), ["taxClass"] = Pick("standard", "standard", "reduced") };
            if (Chance(0.0015))
                line["engraving"] = "For you";
            return line;
        }

        private bool Chance(double of) => _random.NextDouble() < of;

        private string Pick(params string[] of) => of[_random.Next(of.Length)];
    }
}
