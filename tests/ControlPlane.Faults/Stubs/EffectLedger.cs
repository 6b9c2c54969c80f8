using System.Globalization;
using System.Text;

namespace ControlPlane.Faults.Stubs;

/// <summary>What a partner did with one request.</summary>
public enum LedgerWord
{
    /// <summary>Made something new: a document, a booking. Once per order and system, or it is a double posting.</summary>
    Effect,

    /// <summary>Knew the key or the document already, and did nothing.</summary>
    Repeat,

    /// <summary>Asked for by a look-up, and found or not.</summary>
    LookedUp,

    /// <summary>Refused without doing anything: busy, closed, or a document that it does not want.</summary>
    Refused,

    /// <summary>The answer to the line above was never sent.</summary>
    ReplyLost,
}

/// <param name="At">Microseconds UTC, by the stub's clock.</param>
/// <param name="Key">The idempotency key that came with it; empty for none.</param>
public sealed record LedgerLine(long At, string System, LedgerWord Word, string Order, string Key)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}\t{System}\t{Word}\t{Order}\t{Key}");

    public static LedgerLine Parse(string text)
    {
        var parts = text.Split('\t');
        return new(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], Enum.Parse<LedgerWord>(parts[2]), parts[3], parts[4]);
    }
}

/// <summary>
/// Append-only memory of the partners, in a file of their own. A line is with the operating system before its request is
/// answered; no row kills the partners or the machine, so no more is needed for it to outlive what is tested.
/// </summary>
public sealed class EffectLedger(string file, TimeProvider clock) : IDisposable
{
    private readonly FileStream _file = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    private readonly Lock _lock = new();

    public void Write(string system, LedgerWord word, string order, string key)
    {
        var now = clock.GetUtcNow().Ticks / 10 - DateTimeOffset.UnixEpoch.Ticks / 10;
        var line = Encoding.UTF8.GetBytes(new LedgerLine(now, system, word, order, key) + "\n");
        lock (_lock)
            _file.Write(line);
    }

    /// <summary>Whole lines only: the last may be under way.</summary>
    public static IEnumerable<LedgerLine> Read(string file)
    {
        if (!File.Exists(file))
            yield break;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return LedgerLine.Parse(line);
    }

    public void Dispose() => _file.Dispose();
}
