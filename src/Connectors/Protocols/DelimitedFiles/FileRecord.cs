using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>A record whose kind is known, or of which it is known why it is not.</summary>
internal sealed class FileRecord(RecordToken token, RecordLayout? layout)
{
    private List<Refusal>? _refusals;

    public RecordToken Token { get; } = token;

    public RecordLayout? Layout { get; } = layout;

    public IReadOnlyList<Refusal> Refusals => _refusals ?? (IReadOnlyList<Refusal>)[];

    /// <summary>Its kind, or the values that say which document it belongs to, cannot be known.</summary>
    public bool Lost { get; set; }

    public void Refuse(Refusal why) => (_refusals ??= []).Add(why);
}
