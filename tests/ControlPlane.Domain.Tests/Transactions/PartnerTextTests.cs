using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

/// <summary>Ids that only a partner's support can use are not shown; ids that the sentence speaks of are.</summary>
public sealed class PartnerTextTests
{
    private const string Id = "3dfd1018-0c1d-4f5e-9a77-0a1b2c3d4e5f";

    [Theory]
    [InlineData($"Customer 10442 is blocked.  CorrelationId:  {Id}.", "Customer 10442 is blocked.")]
    [InlineData($"The ERP refused the order: Customer 10442 is blocked.  CorrelationId:  {Id}. Someone has to change it there or here.", "The ERP refused the order: Customer 10442 is blocked. Someone has to change it there or here.")]
    [InlineData($"No such item (correlation id {Id}).", "No such item.")]
    [InlineData("Invalid value for carrierCode, request id 0a1b2c3d9f", "Invalid value for carrierCode")]
    [InlineData($"It is closed. {Id}", "It is closed.")]
    [InlineData($"It is closed ({Id}).", "It is closed.")]
    [InlineData("The customer is blocked.  CorrelationId:  3dfd1…", "The customer is blocked.")]
    [InlineData("The request id is missing.", "The request id is missing.")]
    [InlineData($"No record: {Id}", $"No record: {Id}")]
    [InlineData($"The record {Id} is locked.", $"The record {Id} is locked.")]
    [InlineData($"CorrelationId:  {Id}.", $"CorrelationId:  {Id}.")]
    [InlineData("", "")]
    public void What_says_nothing_to_people_is_left_out(string text, string shown) => Assert.Equal(shown, PartnerText.Tidy(text));

    [Fact]
    public void It_is_for_showing_only_and_groups_stay_as_they_were()
    {
        var text = $"Customer 10442 is blocked.  CorrelationId:  {Id}.";
        Assert.NotEqual(MessagePattern.Of(text), MessagePattern.Of(PartnerText.Tidy(text)));
        Assert.Equal("customer # is blocked. correlationid: #", MessagePattern.Of(text));
    }
}
