namespace Connectors.Protocols.Http.Feeds;

/// <summary>The header Link (RFC 8288), as far as paging needs it.</summary>
public static class LinkHeader
{
    /// <summary>The address with <c>rel="next"</c>; null when there is none.</summary>
    public static string? Next(string? header)
    {
        if (header is null or { Length: > 8_000 })
            return null;
        for (var at = header.IndexOf('<', StringComparison.Ordinal); at >= 0; at = header.IndexOf('<', at + 1))
        {
            var close = header.IndexOf('>', at);
            if (close < 0)
                return null;
            var end = header.IndexOf('<', close);
            var parameters = (end < 0 ? header[close..] : header[close..end]).Replace(" ", "", StringComparison.Ordinal);
            if (parameters.Contains(";rel=\"next\"", StringComparison.OrdinalIgnoreCase) || parameters.Contains(";rel=next", StringComparison.OrdinalIgnoreCase))
                return header[(at + 1)..close];
            at = close;
        }

        return null;
    }
}
