using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

public sealed class BasisTests
{
    [Fact]
    public void What_is_written_reads_back()
    {
        var basis = new Basis("orders@3", "shopify@12", 41, "retry transient, 3 of 12, after 8 s", "Anna");
        Assert.Equal("flow=orders@3|mapping=shopify@12|crosswalks=41|policy=retry transient, 3 of 12, after 8 s|person=Anna", basis.Write());
        Assert.Equal(basis, Basis.Read(basis.Write()));
        Assert.Equal((null, null), (new Basis().Write(), Basis.Read(null)));
    }

    [Fact]
    public void A_name_with_a_bar_parts_nothing_and_a_long_one_is_cut()
    {
        Assert.Equal("a/policy=b", Basis.Read(new Basis(Person: "a|policy=b").Write())!.Person);
        var longest = new Basis(new('f', 200), new('m', 200), 1, new('p', 200), new('n', 200)).Write()!;
        Assert.Equal(Basis.Longest, longest.Length);
        Assert.Equal(120, Basis.Read(longest)!.Flow!.Length);
    }
}
