using System.Globalization;

namespace ControlPlane.Web.Controls;

/// <summary>Ids of elements that have to point at each other.</summary>
public static class Ids
{
    private static long _last;

    public static string Next(string prefix) => prefix + "-" + Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
}
