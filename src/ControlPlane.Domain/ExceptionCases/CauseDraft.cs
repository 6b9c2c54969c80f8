namespace ControlPlane.Domain.ExceptionCases;

/// <summary>What an entry for an unexplained failure begins with: as narrow as what is known of it. Pure.</summary>
public static class CauseDraft
{
    private const int LongestText = 60;

    /// <param name="from">Null = an empty one.</param>
    public static Cause For(FailedCase? from)
    {
        if (from is null)
            return new("", "", "", CauseFixer.Business, [], null, new([], [], [], [], []));
        var question = from.Question;
        // The target's own code says it all; else the words that all messages of the pattern share.
        var texts = question.ProviderCode is null && Words(from.Pattern) is { } words ? new[] { words } : [];
        return new("", "", "", CauseFixer.Business, [], null, new([question.Code], question.ProviderCode is { } code ? [code] : [], question.Connector is { } connector ? [connector] : [], texts, []));
    }

    /// <summary>The longest run of the pattern without a value, cut at a word; null when it is too short to tell anything.</summary>
    private static string? Words(string pattern)
    {
        var run = pattern.Split(MessagePattern.Value).Select(p => p.Trim(' ', '.', ',', ':', ';', '(', ')', '\'', '"')).MaxBy(p => p.Length) ?? "";
        if (run.Length > LongestText)
            run = run[..(run.LastIndexOf(' ', LongestText) is > 0 and var at ? at : LongestText)];
        return run.Length >= CauseRules.ShortestText ? run : null;
    }
}
