using System.Globalization;

namespace ControlPlane.Faults.Stubs;

public enum Memory
{
    /// <summary>The same idempotency key again does nothing and answers the same.</summary>
    Key,

    /// <summary>The same order again changes nothing.</summary>
    Order,

    /// <summary>Every request makes a new document.</summary>
    None,
}

public enum Answer
{
    Json,

    /// <summary>Nothing, until the caller goes.</summary>
    Stall,

    /// <summary>A page for people, with status 200.</summary>
    Html,

    Redirect,

    /// <summary>A body that does not end by itself.</summary>
    Endless,
}

/// <summary>How one partner behaves. Turned while it runs, by <c>POST /control/{system}?drop=0.05</c>.</summary>
public sealed record Dials
{
    public Memory Memory { get; init; } = Memory.Key;

    /// <summary>Between doing it and answering, in milliseconds.</summary>
    public int Delay { get; init; } = 5;

    /// <summary>Share of requests that are done and whose answer is then lost, 0 to 1.</summary>
    public double Drop { get; init; }

    /// <summary>While not 0, this status is answered and nothing is done.</summary>
    public int Status { get; init; }

    /// <summary>Orders whose number ends like this are refused with 422 and nothing is done; empty for none.</summary>
    public string Refuse { get; init; } = "";

    /// <summary>Sent along with <see cref="Status"/> and with 429: seconds, or with <c>d</c> in front as a date so many seconds from now.</summary>
    public string RetryAfter { get; init; } = "";

    public Answer Answer { get; init; }

    /// <summary>Requests a second that are taken, 0 for any number; beyond it 429. The bucket holds one second's worth.</summary>
    public double Rate { get; init; }

    public static Dials Parse(IQueryCollection query, Dials from)
    {
        double Number(string name, double old) => double.TryParse(query[name], CultureInfo.InvariantCulture, out var v) ? v : old;
        return new()
        {
            Memory = Enum.TryParse<Memory>(query["memory"], true, out var memory) ? memory : from.Memory,
            Delay = (int)Number("delay", from.Delay),
            Drop = Number("drop", from.Drop),
            Status = (int)Number("status", from.Status),
            RetryAfter = query.ContainsKey("retryAfter") ? query["retryAfter"].ToString() : from.RetryAfter,
            Refuse = query.ContainsKey("refuse") ? query["refuse"].ToString() : from.Refuse,
            Answer = Enum.TryParse<Answer>(query["answer"], true, out var answer) ? answer : from.Answer,
            Rate = Number("rate", from.Rate),
        };
    }
}
