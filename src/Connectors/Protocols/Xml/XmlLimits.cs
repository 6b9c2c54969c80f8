namespace Connectors.Protocols.Xml;

/// <summary>What a received XML document may at most have. Real ones stay far below; what goes beyond is refused before it is parsed.</summary>
public static class XmlLimits
{
    /// <summary>Elements within each other. UBL reaches 12, SOAP answers of an ERP 14.</summary>
    public const int MostDepth = 64;

    /// <summary>Of one element.</summary>
    public const int MostAttributes = 256;

    /// <summary>Bytes of an element's name with its prefix.</summary>
    public const int LongestName = 256;

    /// <summary>Elements in one document; of a file that is split, in one of its documents.</summary>
    public const int MostElements = 1_000_000;

    /// <summary>Documents that one file is split into.</summary>
    public const int MostDocuments = 100_000;

    /// <summary>Bytes of a file. What is received by webhook is limited much lower by the door.</summary>
    public const int MostBytes = 1 << 30;

    /// <summary>Levels of the JSON that it becomes; a repeated element takes two. Below what <see cref="Http.StrictJson"/> reads.</summary>
    public const int MostJsonDepth = 62;
}
