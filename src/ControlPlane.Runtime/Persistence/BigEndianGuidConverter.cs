using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Runtime.Persistence;

/// <summary>
/// SQLite would store text of twice the size and SQL Server sorts its own type by the last bytes first; sixteen bytes in
/// network order sort by time in both.
/// </summary>
internal sealed class BigEndianGuidConverter() : ValueConverter<Guid, byte[]>(
    id => id.ToByteArray(true),
    bytes => new Guid(bytes, true),
    new ConverterMappingHints(size: 16));
