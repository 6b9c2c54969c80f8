namespace ControlPlane.Domain.Operations;

/// <summary>What kind of trouble a document gave.</summary>
public enum TransformationFault
{
    /// <summary>Not readable as what it claims to be.</summary>
    Document,

    /// <summary>The shape that was agreed is broken.</summary>
    Schema,

    /// <summary>A row of a mapping found nothing or something wrong.</summary>
    Mapping,

    /// <summary>A code for which a crosswalk has no equivalent.</summary>
    Crosswalk,

    /// <summary>Readable, and against the rules of an order or shipment.</summary>
    Validation,
}

/// <summary>Which codes are failed transformations. A refusal by the system that was called is none: there the document was made.</summary>
public static class TransformationFaults
{
    /// <summary>What a partner or a person said of an order, or a limit that somebody set: the document was good.</summary>
    private static readonly HashSet<string> Verdicts = ["order.rejected", "order.cancelled_late", "order.edit_conflict", "order.total_over_limit"];

    /// <summary>Of a document that was refused when it came: whatever the code, it could not be used.</summary>
    public static TransformationFault OfMessage(string? code) => Prefixed(code) ?? TransformationFault.Document;

    /// <summary>Of a step of a flow; null when it is no failed transformation.</summary>
    public static TransformationFault? OfStep(string? code) => code is null || Verdicts.Contains(code) ? null : Prefixed(code);

    public static string Word(this TransformationFault fault) => fault switch
    {
        TransformationFault.Schema => "schema",
        TransformationFault.Mapping => "mapping",
        TransformationFault.Crosswalk => "crosswalk",
        TransformationFault.Validation => "validation",
        _ => "document",
    };

    private static TransformationFault? Prefixed(string? code) => code?.Split('.', 2)[0] switch
    {
        "mapping" => TransformationFault.Mapping,
        "crosswalk" => TransformationFault.Crosswalk,
        "schema" => TransformationFault.Schema,
        "order" or "shipment" or "stock" => TransformationFault.Validation,
        _ => null,
    };
}
