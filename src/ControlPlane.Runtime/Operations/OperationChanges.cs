using System.Buffers;
using System.Text.Json;
using ControlPlane.Domain.Operations;

namespace ControlPlane.Runtime.Operations;

/// <summary>Figures as bytes: an array of arrays, in the order of <see cref="OperationKey"/> and <see cref="OperationFigure"/>.</summary>
internal static class OperationChanges
{
    public static byte[] Write(OperationTally tally)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var (key, figure) in tally.Figures)
            {
                json.WriteStartArray();
                json.WriteNumberValue(key.Minute);
                json.WriteNumberValue((short)key.Measure);
                json.WriteStringValue(key.Connection);
                json.WriteStringValue(key.Code);
                json.WriteNumberValue(key.Bucket);
                json.WriteNumberValue(figure.Count);
                json.WriteNumberValue(figure.Sum);
                json.WriteNumberValue(figure.Largest);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Read(byte[] body, OperationTally into)
    {
        using var json = JsonDocument.Parse(body);
        foreach (var one in json.RootElement.EnumerateArray())
            into.Add(
                new(one[0].GetInt64(), (OperationMeasure)one[1].GetInt16(), one[2].GetString()!, one[3].GetString()!, one[4].GetInt16()),
                new(one[5].GetInt64(), one[6].GetInt64(), one[7].GetInt64()));
    }
}
