using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.ExceptionCases;

/// <summary>What a failure is told apart by. The message is already a pattern, the field already without positions.</summary>
/// <param name="Kind">Fault class.</param>
/// <param name="Code">Stable code of the fault; at most 100 characters count.</param>
/// <param name="System">Key of the connection at which it failed; empty = here.</param>
/// <param name="Operation">What was being done: the operation of a call, else the kind of step.</param>
/// <param name="Pattern">See <see cref="MessagePattern"/>.</param>
/// <param name="Field">Path of the offending field without positions; empty when none was named.</param>
public sealed record FingerprintParts(FaultKind Kind, string Code, string System, string Operation, string Pattern, string Field);

/// <summary>
/// Tells failures of one cause from those of another. No stack trace, no id, nothing of one order is in it. The algorithm has a
/// version: a better one gets the next number and its own cases, and the groups that people know keep their members.
/// </summary>
/// <param name="Version">Of the algorithm that made it.</param>
/// <param name="Value">The first 16 bytes of a SHA-256 over the parts.</param>
public sealed record Fingerprint(short Version, Guid Value, FingerprintParts Parts)
{
    /// <summary>
    /// Since version 2 what an event told is told apart without the event that was waited for. That is its whole difference: all else keeps
    /// version 1, so that its groups do not reshuffle.
    /// </summary>
    public const short Newest = 2;

    /// <summary>Operation of what an event told: a refusal by the warehouse is one cause, whatever the order waited for. With a space, as no operation of a call has.</summary>
    public const string Told = "an event";

    private const int LongestCode = 100;

    public static Fingerprint Of(Fault fault, string? system, string operation) => Of(fault.Kind, fault.Code, fault.Message, fault.Field, system, operation);

    /// <param name="system">Key of the connection; null = here.</param>
    public static Fingerprint Of(FaultKind kind, string code, string message, string? field, string? system, string operation)
    {
        var parts = new FingerprintParts(kind, code.Length > LongestCode ? code[..LongestCode] : code, system ?? "", operation, MessagePattern.Of(message), FieldOf(field));
        var version = operation == Told ? Newest : (short)1;
        var text = string.Join('\n', $"v{version}", (int)kind, parts.Code, parts.System, parts.Operation, parts.Pattern, parts.Field);
        return new(version, First16(text), parts);
    }

    /// <summary>Which line it was belongs to the order: <c>lines[3].sku</c>, <c>lines.3.sku</c> and <c>/lines/3/sku</c> are told apart from other fields, not from other lines.</summary>
    public static string FieldOf(string? field)
    {
        if (string.IsNullOrWhiteSpace(field))
            return "";
        var text = new StringBuilder(Math.Min(field.Length, LongestCode));
        foreach (var c in field.AsSpan().Trim())
        {
            if (text.Length >= LongestCode)
                break;
            if (!char.IsAsciiDigit(c))
                text.Append(c);
            else if (text.Length == 0 || text[^1] != MessagePattern.Value)
                text.Append(text.Length > 0 && char.IsLetter(text[^1]) ? c : MessagePattern.Value);
        }

        return text.ToString();
    }

    /// <summary>The case of a fingerprint in a tenant: the same on every node, without asking anybody.</summary>
    public Guid CaseId(int tenantId) => First16($"case\n{tenantId}\n{Version}\n{Value:N}");

    internal static Guid First16(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
