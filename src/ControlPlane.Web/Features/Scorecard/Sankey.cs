using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Scorecard;

namespace ControlPlane.Web.Features.Scorecard;

/// <param name="Class">Which colour: a party's or a tone's.</param>
public sealed record SankeyNode(string Key, string Title, int Column, long Orders, string Class, double X, double Y, double Height);

/// <param name="Path">Of its middle; <paramref name="Width"/> is the stroke's.</param>
public sealed record SankeyLink(SankeyNode From, SankeyNode To, long Orders, string Path, double Width)
{
    /// <summary>Which orders they are.</summary>
    public OrderWay Way => OrderWay.Between(From.Key, To.Key);

    public string Title => $"{From.Title} → {To.Title}: {ScorecardPresentation.Orders(Orders)}";
}

/// <summary>Orders through the systems, laid out in a box that is <see cref="Width"/> wide. Pure; every order that comes in comes out.</summary>
public sealed record Sankey(IReadOnlyList<SankeyNode> Nodes, IReadOnlyList<SankeyLink> Links, double Height)
{
    public const double Width = 960;
    public const double NodeWidth = 12;

    private const double Most = 260;
    private const double Gap = 30;
    private const double Top = 22;

    private static readonly string[] Ends = [.. OrderWay.Ends.Select(e => e.Word)];

    /// <param name="name">Of a connection.</param>
    public static Sankey Of(IReadOnlyList<Passage> passages, Func<string, string> name)
    {
        var flows = new Dictionary<(string From, string To), long>();
        var seen = new Dictionary<string, (string Title, int Column, string Class)>();
        foreach (var passage in passages)
            foreach (var (orders, shipped) in new[] { (passage.Shipped, true), (passage.Orders - passage.Shipped, false) })
                if (orders > 0)
                    Walk(Stops(passage, shipped, name), orders);
        return flows.Count == 0 ? new([], [], 0) : Lay(flows, seen);

        void Walk(List<(string Key, string Title, int Column, string Class)> stops, long orders)
        {
            foreach (var (key, title, column, style) in stops)
                seen[key] = (title, column, style);
            foreach (var (from, to) in stops.Zip(stops.Skip(1)))
                flows[(from.Key, to.Key)] = flows.GetValueOrDefault((from.Key, to.Key)) + orders;
        }
    }

    private static List<(string, string, int, string)> Stops(Passage p, bool shipped, Func<string, string> name)
    {
        var stops = new List<(string, string, int, string)> { ("c:" + p.Channel, name(p.Channel), 0, "cp-party-channel"), (OrderWay.Here, "ControlPlane", 1, "cp-party-controlplane") };
        if (p.Erp.Length > 0)
            stops.Add(("e:" + p.Erp, name(p.Erp), 2, "cp-party-erp"));
        if (p.Warehouse.Length > 0)
            stops.Add(("w:" + p.Warehouse, name(p.Warehouse), 3, "cp-party-wms"));
        if (shipped)
            stops.Add((OrderWay.Carriers, "Carriers", 4, "cp-party-carrier"));
        stops.Add(p.End switch
        {
            OrderEnd.Done => ("done", "Closed", 5, "cp-tone-done"),
            OrderEnd.Stuck => ("stuck", "Stuck", 5, "cp-tone-stuck"),
            OrderEnd.Cancelled => ("cancelled", "Cancelled", 5, "cp-tone-neutral"),
            _ => ("under-way", "Under way", 5, "cp-tone-info"),
        });
        return stops;
    }

    private static Sankey Lay(Dictionary<(string From, string To), long> flows, Dictionary<string, (string Title, int Column, string Class)> seen)
    {
        long Size(string key) => Math.Max(flows.Where(f => f.Key.From == key).Sum(f => f.Value), flows.Where(f => f.Key.To == key).Sum(f => f.Value));
        var columns = seen.GroupBy(s => s.Value.Column).ToDictionary(g => g.Key, g => g.OrderBy(s => Array.IndexOf(Ends, s.Key)).ThenByDescending(s => Size(s.Key)).ThenBy(s => s.Key, StringComparer.Ordinal).ToList());
        var scale = Most / columns.Values.Max(c => c.Sum(s => Size(s.Key)));
        var nodes = new Dictionary<string, SankeyNode>();
        var height = 0.0;
        foreach (var (column, members) in columns)
        {
            var y = Top;
            foreach (var (key, (title, _, style)) in members)
            {
                var tall = Math.Max(3, Size(key) * scale);
                nodes[key] = new(key, title, column, Size(key), style, column * (Width - NodeWidth - 96) / 5, y, tall);
                y += tall + Gap;
            }

            height = Math.Max(height, y);
        }

        var (outs, ins) = (nodes.ToDictionary(n => n.Key, n => n.Value.Y), nodes.ToDictionary(n => n.Key, n => n.Value.Y));
        var links = new List<SankeyLink>();
        foreach (var ((from, to), orders) in flows.OrderBy(f => nodes[f.Key.From].Column).ThenBy(f => nodes[f.Key.To].Y).ThenBy(f => nodes[f.Key.From].Y))
        {
            var wide = Math.Max(1, orders * scale);
            var (x1, x2, y1, y2) = (nodes[from].X + NodeWidth, nodes[to].X, outs[from] + wide / 2, ins[to] + wide / 2);
            (outs[from], ins[to]) = (outs[from] + wide, ins[to] + wide);
            var bend = (x2 - x1) / 2;
            links.Add(new(nodes[from], nodes[to], orders, FormattableString.Invariant($"M{x1:0.#} {y1:0.#}C{x1 + bend:0.#} {y1:0.#} {x2 - bend:0.#} {y2:0.#} {x2:0.#} {y2:0.#}"), wide));
        }

        return new([.. nodes.Values], links, height);
    }
}
