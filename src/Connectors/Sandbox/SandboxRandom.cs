namespace Connectors.Sandbox;

/// <summary>The luck of one system: seeded, so that a test can repeat a run; safe from any thread.</summary>
internal sealed class SandboxRandom(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>True in so many of a hundred cases. 0 is never, 100 is always.</summary>
    public bool Chance(double percent)
    {
        if (percent <= 0)
            return false;
        lock (_gate)
            return _random.NextDouble() * 100 < percent;
    }

    /// <summary>From the first to the last, both included.</summary>
    public int Between(int first, int last)
    {
        lock (_gate)
            return _random.Next(first, last + 1);
    }

    public T Pick<T>(IReadOnlyList<T> list) => list[Between(0, list.Count - 1)];

    public TimeSpan Between(TimeSpan first, TimeSpan last)
    {
        lock (_gate)
            return last <= first ? first : first + (last - first) * _random.NextDouble();
    }

    public Guid Guid()
    {
        var bytes = new byte[16];
        Fill(bytes);
        // Version 4, variant 1: as the partners' ids look.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }

    public string Hex(int bytes)
    {
        var buffer = new byte[bytes];
        Fill(buffer);
        return Convert.ToHexStringLower(buffer);
    }

    public string Digits(int count) => string.Create(count, this, static (span, self) =>
    {
        foreach (ref var c in span)
            c = (char)('0' + self.Between(0, 9));
    });

    private void Fill(byte[] bytes)
    {
        lock (_gate)
            _random.NextBytes(bytes);
    }
}
