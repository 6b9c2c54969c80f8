using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Tests.ExceptionCases;

public sealed class CauseCatalogueTests
{
    private static readonly CauseCatalogue Catalogue = new(1,
    [
        Of("family", new(["erp.*"], [], [], [], [])), Of("code", new(["erp.refused"], [], [], [], [])), Of("text", new([], [], ["sap-s4"], ["credit + limit"], [])),
        Of("provider", new([], ["VK*"], ["sap-s4"], [], [])), Of("kind", new([], [], [], [], [FaultKind.Internal])),
    ]);

    [Theory]
    [InlineData("erp.other", null, null, "", "family")]
    [InlineData("erp.refused", null, null, "", "code")]
    [InlineData("erp.refused", null, "sap-s4", "Credit check: limit exceeded", "text")]
    [InlineData("erp.refused", null, "odoo", "Credit check: limit exceeded", "code")]
    [InlineData("erp.refused", "VK013", "sap-s4", "Credit check: limit exceeded", "provider")]
    [InlineData("wms.refused", null, null, "", null)]
    public void The_most_specific_entry_answers(string code, string? provider, string? connector, string message, string? id) =>
        Assert.Equal(id, Catalogue.Explain(new(FaultKind.Data, code, provider, connector, message))?.Id);

    [Fact]
    public void A_kind_explains_what_no_code_does() => Assert.Equal("kind", Catalogue.Explain(new(FaultKind.Internal, "x.y", null, null, ""))?.Id);

    private static Cause Of(string id, CauseRule rule) => new(id, id, id, CauseFixer.Business, ["Look."], null, rule);
}
