using System.Globalization;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Edi;

/// <summary>The partner's profile with the values of one connection.</summary>
public sealed class EdiProfile(EdiOptions options, Connection connection, IReadOnlyDictionary<string, string> defaults)
{
    public EdiOptions Options => options;

    public string UsId => Value(options.Us.Id);

    public string UsQualifier => Value(options.Us.Qualifier);

    public string UsGroup => Value(options.Us.Group) is { Length: > 0 } own ? own : UsId;

    public string PartnerId => Value(options.Partner.Id);

    public string PartnerQualifier => Value(options.Partner.Qualifier);

    public string PartnerGroup => Value(options.Partner.Group) is { Length: > 0 } own ? own : PartnerId;

    /// <summary>What we send is marked as a test.</summary>
    public bool Test => Value(options.Usage) == "test";

    /// <summary>In which time the partner owes an acknowledgement of what we send; null = none is due.</summary>
    public TimeSpan? AcknowledgedWithin =>
        (Said is { Length: > 0 } said ? Minutes(said) : options.AcknowledgedWithinMinutes) is { } minutes and > 0 ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>Problems in the settings of the connection, each naming the setting.</summary>
    public IEnumerable<string> Check()
    {
        if (Said is { Length: > 0 } said && Minutes(said) is null)
            yield return string.Create(CultureInfo.InvariantCulture, $"settings.{options.AcknowledgedWithinSetting}: '{said}' is not allowed. Allowed: 0 to {EdiOptions.MostMinutes}, in minutes; 0 where the partner acknowledges nothing.");
    }

    private string? Said => options.AcknowledgedWithinSetting is { } name ? (connection.Setting(name) ?? defaults.GetValueOrDefault(name))?.Trim() : null;

    private static int? Minutes(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes <= EdiOptions.MostMinutes ? minutes : null;

    /// <summary>An answer goes only to the partner that the connection is for.</summary>
    public bool Knows(EdiInterchange interchange) => !interchange.Problems.Exists(p => p.Fault is EdiFault.SenderUnknown);

    public void Check(EdiInterchange interchange)
    {
        if (!Same(PartnerId, interchange.Sender) || !Same(PartnerQualifier, interchange.SenderQualifier))
            interchange.Problems.Add(new(EdiFault.SenderUnknown, "The sender of the interchange is not the partner of the connection. Check the connection's settings, or send it to the right connection."));
        if (!Same(UsId, interchange.Receiver) || !Same(UsQualifier, interchange.ReceiverQualifier))
            interchange.Problems.Add(new(EdiFault.ReceiverUnknown, "The receiver of the interchange is not us, as the connection knows us."));
        if (Value(options.Usage) is { Length: > 0 } usage && interchange.Test is { } test && test != (usage == "test"))
            interchange.Problems.Add(new(EdiFault.InterchangeUsage, test ? "The interchange is marked as a test, and the connection is for production." : "The interchange is marked as production, and the connection is for tests."));
    }

    public void Check(EdiGroup group)
    {
        var version = group.Version;
        if (!group.Implicit && version.Length > 0 && options.Versions.Count > 0 && !options.Versions.Any(v => version.StartsWith(v, StringComparison.Ordinal)))
            group.Problems.Add(new(EdiFault.GroupVersion, $"The version {version} is none of those that are taken here: {string.Join(", ", options.Versions)}."));
    }

    /// <summary>In EDIFACT each message states its own version.</summary>
    public void Check(EdiSet set, EdiDialect dialect)
    {
        if (set.Group.Implicit && dialect.Tags.Group.Length == 3 && options.Versions.Count > 0 && !options.Versions.Any(v => set.Version.StartsWith(v, StringComparison.Ordinal)))
            set.Add(new(EdiFault.SetUnsupported, $"The version {set.Version} is none of those that are taken here: {string.Join(", ", options.Versions)}.") { Segment = 1, Tag = "UNH", Element = 2 });
    }

    /// <summary>Empty when the connection has no value: then it is not checked.</summary>
    private string Value(Placeholders? text) => text?.Render(connection, defaults, PlaceholderUse.Plain, out _)?.Trim() ?? "";

    private static bool Same(string expected, string given) => expected.Length == 0 || expected.Trim() == given;
}
