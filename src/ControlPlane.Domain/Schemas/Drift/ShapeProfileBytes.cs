using System.IO.Compression;
using System.Text;

namespace ControlPlane.Domain.Schemas.Drift;

/// <summary>A profile as bytes: its paths once, the features by their place in that list, all of it compressed.</summary>
internal static class ShapeProfileBytes
{
    private const int Form = 1;

    /// <summary>Far more than a full profile takes; a larger one is none of ours.</summary>
    private const int MostFeatures = ShapeProfile.MostPaths * (ShapeProfile.MostCodes + 10);

    public static byte[] Write(ShapeProfile profile)
    {
        using var bytes = new MemoryStream();
        using (var packed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(packed, Encoding.UTF8))
        {
            writer.Write(Form);
            writer.Write(profile.Documents);
            var paths = profile.Paths.ToList();
            var places = paths.Select((p, i) => (p, i)).ToDictionary(p => p.p, p => p.i, StringComparer.Ordinal);
            writer.Write(paths.Count);
            foreach (var path in paths)
            {
                writer.Write(path);
                writer.Write(profile.FreePaths.Contains(path));
            }

            writer.Write(profile.Days.Count);
            foreach (var (feature, days) in profile.Days)
            {
                writer.Write(places[feature.Path]);
                writer.Write((byte)feature.Kind);
                writer.Write(feature.Detail);
                writer.Write((byte)days.Count);
                foreach (var day in days)
                {
                    writer.Write(day.Day);
                    writer.Write(day.Of);
                    writer.Write(day.Held);
                }

                var samples = profile.Samples(feature);
                writer.Write((byte)samples.Count);
                foreach (var sample in samples)
                    writer.Write(sample.ToByteArray());
            }
        }

        return bytes.ToArray();
    }

    public static ShapeProfile? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var packed = new BrotliStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            using var reader = new BinaryReader(packed, Encoding.UTF8);
            if (reader.ReadInt32() != Form)
                return null;
            var documents = reader.ReadInt64();
            var paths = new List<(string Path, bool Free)>();
            for (var left = Math.Min(reader.ReadInt32(), ShapeProfile.MostPaths); left > 0; left--)
                paths.Add((reader.ReadString(), reader.ReadBoolean()));
            var features = new List<(ShapeFeature, List<ShapeDay>, List<Guid>)>();
            for (var left = Math.Min(reader.ReadInt32(), MostFeatures); left > 0; left--)
            {
                var feature = new ShapeFeature(paths[reader.ReadInt32()].Path, (ShapeKind)reader.ReadByte(), reader.ReadString());
                var days = new List<ShapeDay>();
                for (var day = reader.ReadByte(); day > 0; day--)
                    days.Add(new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()));
                var samples = new List<Guid>();
                for (var sample = reader.ReadByte(); sample > 0; sample--)
                    samples.Add(new(reader.ReadBytes(16)));
                features.Add((feature, days, samples));
            }

            var profile = new ShapeProfile();
            profile.Restore(documents, paths.Select(p => p.Path), paths.Where(p => p.Free).Select(p => p.Path), features);
            return profile;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
