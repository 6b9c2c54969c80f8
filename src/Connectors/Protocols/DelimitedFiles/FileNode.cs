using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>A record with those that belong to it.</summary>
internal sealed class FileNode(FileRecord record)
{
    public FileRecord Record { get; } = record;

    public List<FileNode> Below { get; } = [];

    public IEnumerable<FileRecord> All() => Below.SelectMany(b => b.All()).Prepend(Record);
}

/// <summary>A document to be: a head with its records, or the records of a group.</summary>
internal sealed class FileDraft(IReadOnlyList<FileNode> nodes)
{
    private readonly List<Refusal> _refusals = [];

    public IReadOnlyList<FileNode> Nodes { get; } = nodes;

    public IEnumerable<FileRecord> Records => Nodes.SelectMany(n => n.All());

    public IReadOnlyList<Refusal> Refusals => [.. Records.SelectMany(r => r.Refusals).Take(MostRefusals), .. _refusals.Take(MostRefusals)];

    /// <summary>More help nobody: they have one cause.</summary>
    private const int MostRefusals = 20;

    public void Refuse(Refusal why) => _refusals.Add(why);

    public (int First, int Last) Lines
    {
        get
        {
            var (first, last) = (int.MaxValue, 0);
            foreach (var record in Records)
                (first, last) = (Math.Min(first, record.Token.Line), Math.Max(last, record.Token.LastLine));
            return (first, last);
        }
    }
}
