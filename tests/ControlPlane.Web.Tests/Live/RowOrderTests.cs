using ControlPlane.Web.Live;

namespace ControlPlane.Web.Tests.Live;

public sealed class RowOrderTests
{
    [Theory]
    [InlineData("1 2 3", "1 2 3", 0)]
    [InlineData("1 2 3", "3 1 2", 1)]
    [InlineData("1 2 3", "3 2 1", 2)]
    [InlineData("1 2 3", "0 1 2 3", 1)]
    [InlineData("1 2 3", "1 3", 1)]
    [InlineData("1 2 3", "4 3 1", 3)]
    [InlineData("", "1 2", 2)]
    public void It_counts_what_comes_goes_and_changes_its_place(string shown, string now, int changes) => Assert.Equal(changes, RowOrder.Changes(Ids(shown), Ids(now)));

    private static List<Guid> Ids(string numbers) => [.. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => new Guid(int.Parse(n, System.Globalization.CultureInfo.InvariantCulture) + 1, 0, 0, new byte[8]))];
}
