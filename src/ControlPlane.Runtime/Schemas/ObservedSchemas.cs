using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Schemas;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Schemas;

/// <summary>Counts the documents that break a schema which is only observed. Written with the profile of the same look, so that none counts twice.</summary>
internal sealed class ObservedSchemas
{
    private readonly Dictionary<string, Counter> _byTopic = new(StringComparer.Ordinal);

    public static async Task<ObservedSchemas> ReadAsync(ControlPlaneDbContext context, string connection, CancellationToken ct)
    {
        var connector = await context.Connections.AsNoTracking().Where(c => c.Key == connection).Select(c => c.Connector).FirstOrDefaultAsync(ct);
        var observed = new ObservedSchemas();
        foreach (var subject in await context.SchemaSubjects.Where(s => s.Connector == connector && s.Use == SchemaUse.Observe && s.Topic != null).ToListAsync(ct))
        {
            var active = await context.SchemaVersions.AsNoTracking().Where(v => v.Subject == subject.Name && v.State == SchemaState.Active).OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
            if (active is not null && JsonSchema.Parse(Encoding.UTF8.GetBytes(active.Document), out _) is { } schema)
                observed._byTopic[subject.Topic!] = new(subject, schema);
        }

        return observed;
    }

    public void Check(string topic, Guid message, JsonElement document)
    {
        if (!_byTopic.TryGetValue(topic, out var counter))
            return;
        counter.Checked++;
        if (counter.Schema.Validate(document, 1) is not [var first])
            return;
        counter.Broken++;
        (counter.Message, counter.By) = (message, PayloadRows.Cut(first.ToString(), ColumnLengths.Summary));
    }

    public void Note()
    {
        foreach (var counter in _byTopic.Values)
        {
            (counter.Subject.Checked, counter.Subject.Broken) = (counter.Subject.Checked + counter.Checked, counter.Subject.Broken + counter.Broken);
            if (counter.Broken > 0)
                (counter.Subject.BrokenMessage, counter.Subject.BrokenBy) = (counter.Message, counter.By);
        }
    }

    private sealed class Counter(SchemaSubjectRow subject, JsonSchema schema)
    {
        public SchemaSubjectRow Subject => subject;

        public JsonSchema Schema => schema;

        public int Checked { get; set; }

        public int Broken { get; set; }

        public Guid Message { get; set; }

        public string? By { get; set; }
    }
}
