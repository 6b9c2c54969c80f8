namespace ControlPlane.Domain.Crosswalks;

/// <summary>What a mapping row does with a code that has no entry.</summary>
public enum CrosswalkMissing : byte
{
    /// <summary>The document is refused with the code <c>crosswalk.missing</c>: the safe choice, and the one without a word.</summary>
    Refuse,

    /// <summary>The code passes as it is.</summary>
    Keep,

    /// <summary>The row's default is written.</summary>
    Default,

    /// <summary>Nothing is written.</summary>
    LeaveOut,
}

/// <summary>What a mapping row does with an entry.</summary>
public enum CrosswalkUse : byte
{
    /// <summary>Writes the equivalent code.</summary>
    Code,

    /// <summary>Converts a quantity between units: two cases of twelve are 24 pieces.</summary>
    Quantity,

    /// <summary>Converts the price of one unit, the other way round: 24.00 a case of twelve is 2.00 a piece.</summary>
    Price,
}

/// <summary>The crosswalk of a mapping row. Table and direction alone are the usual case: <c>crosswalk: sku</c>.</summary>
/// <param name="Direction">Incoming rows look for our code, outgoing ones for theirs, unless the row says otherwise.</param>
public sealed record CrosswalkRule(string Table, CrosswalkDirection Direction)
{
    public CrosswalkMissing OnMissing { get; init; }

    public CrosswalkUse Use { get; init; }

    /// <summary>Where the code stands, when it is not the row's own value: the unit beside a quantity.</summary>
    public string? By { get; init; }

    /// <summary>The code itself, in place of <see cref="By"/>.</summary>
    public string? Code { get; init; }

    /// <summary>What is wrong with the rule alone; null when nothing is.</summary>
    public string? Problem(bool hasDefault, bool required)
    {
        if (!CrosswalkTable.IsName(Table))
            return $"'{Table}' is no name of a crosswalk. Allowed: {CrosswalkTable.NameAllowed}.";
        if (By is not null && Code is not null)
            return "The crosswalk has by or code, and not both.";
        if (Use != CrosswalkUse.Code && By is null && Code is null)
            return "A quantity or a price needs to know its unit: say where it stands (by), or which it is (code).";
        if (Use == CrosswalkUse.Code && (By is not null || Code is not null))
            return "by and code belong to use: quantity and use: price. A code is translated where it stands.";
        if (OnMissing == CrosswalkMissing.Default && !hasDefault)
            return "onMissing: default needs a default.";
        return OnMissing == CrosswalkMissing.LeaveOut && required ? "onMissing: leave-out does not go together with a value that is needed." : null;
    }

    /// <summary>A quantity or unit price in the wanted units. Exact as far as decimals go.</summary>
    public decimal Convert(decimal number, decimal factor) => (Use == CrosswalkUse.Quantity) == (Direction == CrosswalkDirection.ToOurs) ? number * factor : number / factor;
}
