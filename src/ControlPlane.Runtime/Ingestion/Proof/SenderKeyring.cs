namespace ControlPlane.Runtime.Ingestion.Proof;

/// <summary>
/// Public keys of senders by connection and id, in memory. Bounded in every direction: keys, refusals, and questions. An id that was good
/// before is asked for again whatever strangers do; ids that nobody has seen share a small ration.
/// </summary>
internal sealed class SenderKeyring(TimeProvider clock)
{
    /// <summary>Senders tell them to be kept for an hour, so that one that was withdrawn is not believed for long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>An id that the sender does not know is not asked for again so soon.</summary>
    public static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(10);

    /// <summary>A question that failed may be put again after this.</summary>
    public static readonly TimeSpan FailedFor = TimeSpan.FromMinutes(1);

    /// <summary>Questions about ids that were never good, for one connection within <see cref="Window"/>.</summary>
    public const int MostQuestions = 5;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>For one connection; the oldest goes.</summary>
    public const int MostKeys = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Ring> _rings = new(StringComparer.Ordinal);

    /// <summary>Those kept for a connection, good or not.</summary>
    public int Kept(string connection)
    {
        lock (_gate)
            return _rings.TryGetValue(connection, out var ring) ? ring.Entries.Count : 0;
    }

    /// <param name="ask">Called at most once at a time for one id.</param>
    public async ValueTask<SenderKeyAnswer> FindAsync(string connection, string id, Func<CancellationToken, Task<SenderKeyAnswer>> ask, CancellationToken ct)
    {
        Task<SenderKeyAnswer> asked;
        lock (_gate)
        {
            var ring = RingOf(connection);
            var now = clock.GetUtcNow();
            if (ring.Entries.TryGetValue(id, out var entry) && (entry.Until > now || !entry.Answer.IsCompleted))
                asked = entry.Answer;
            else if (entry?.WasGood != true && !ring.MayAsk(now))
                return SenderKeyAnswer.Rationed;
            else
            {
                // Whoever waits may go away; the answer is for all who ask for this key.
                asked = AskAsync(connection, id, ask);
                ring.Put(id, new(asked, DateTimeOffset.MinValue, entry?.WasGood == true, now));
            }
        }

        return await asked.WaitAsync(ct);
    }

    /// <summary>True now and then: whether a refusal may be told to people.</summary>
    public bool MaySay(string connection)
    {
        lock (_gate)
        {
            var ring = RingOf(connection);
            var now = clock.GetUtcNow();
            if (ring.SaidAt + RefusedFor > now)
                return false;
            ring.SaidAt = now;
            return true;
        }
    }

    private Ring RingOf(string connection) => _rings.TryGetValue(connection, out var ring) ? ring : _rings[connection] = new();

    private async Task<SenderKeyAnswer> AskAsync(string connection, string id, Func<CancellationToken, Task<SenderKeyAnswer>> ask)
    {
        // Out of the lock.
        await Task.Yield();
        SenderKeyAnswer answer;
        try
        {
            answer = await ask(CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            answer = SenderKeyAnswer.NotNow(e.GetType().Name);
        }

        lock (_gate)
        {
            var ring = RingOf(connection);
            var now = clock.GetUtcNow();
            var good = answer.Pem is not null;
            var keep = good ? KeptFor : answer == SenderKeyAnswer.Unknown ? RefusedFor : FailedFor;
            var before = ring.Entries.GetValueOrDefault(id);
            ring.Put(id, new(Task.FromResult(answer), now + keep, good || before?.WasGood == true && answer != SenderKeyAnswer.Unknown, now));
        }

        return answer;
    }

    private sealed record Entry(Task<SenderKeyAnswer> Answer, DateTimeOffset Until, bool WasGood, DateTimeOffset At);

    private sealed class Ring
    {
        private readonly Queue<DateTimeOffset> _questions = new();

        public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset SaidAt { get; set; } = DateTimeOffset.MinValue;

        public bool MayAsk(DateTimeOffset now)
        {
            while (_questions.TryPeek(out var first) && first + Window <= now)
                _questions.Dequeue();
            if (_questions.Count >= MostQuestions)
                return false;
            _questions.Enqueue(now);
            return true;
        }

        /// <summary>Keys that were good stay longest: strangers push out strangers.</summary>
        public void Put(string id, Entry entry)
        {
            Entries[id] = entry;
            while (Entries.Count > MostKeys)
                Entries.Remove(Entries.Where(e => e.Key != id).OrderBy(e => e.Value.WasGood).ThenBy(e => e.Value.At).First().Key);
        }
    }
}

/// <param name="Pem">Null when there is none.</param>
/// <param name="Reason">Ends the sentence that tells why.</param>
internal sealed record SenderKeyAnswer(string? Pem, string? Reason)
{
    /// <summary>The sender says that there is no such key.</summary>
    public static SenderKeyAnswer Unknown { get; } = new(null, null);

    /// <summary>Too many ids that were no good; this one was not asked for.</summary>
    public static SenderKeyAnswer Rationed { get; } = new(null, "too many unknown keys were named within five minutes, so that this one was not asked for. It is tried again with the next delivery.");

    public static SenderKeyAnswer Found(string pem) => new(pem, null);

    public static SenderKeyAnswer NotNow(string why) => new(null, $"it could not be asked for: {why.TrimEnd('.')}. It is tried again with the next delivery.");

    public string Why(string system) => Reason ?? $"{system} does not know it. Nothing has to be done unless deliveries are missing: then compare the address and the credentials of the connection.";
}
