using ControlPlane.Web.Features.Api.Transactions;

namespace ControlPlane.Web.Features.Worklist;

/// <param name="Rule">Id of the penalty rule.</param>
/// <param name="Title">What happens: "Walmart cancels it".</param>
/// <param name="Loss">What would be lost; null where the total is withheld.</param>
/// <param name="Limit">The limit in the words of its source.</param>
/// <param name="ValidFrom">Inclusive.</param>
public sealed record WorkReason(string Rule, string Title, AmountItem? Loss, double Probability, DateTimeOffset Deadline, string Limit, DateOnly ValidFrom, string Source);

/// <param name="Rank">Larger = further up. Compares with others of the same answer only.</param>
/// <param name="ActBy">The earliest of the promise and the rules; null = no deadline.</param>
/// <param name="Cause">In business words.</param>
/// <param name="Case">Id of the exception case; null while it is in none.</param>
/// <param name="Owner">Who has it in hand; null = unclaimed.</param>
/// <param name="Team">In whose queue it lies; null = nobody's.</param>
/// <param name="Why">Null where no rule is about its channel.</param>
public sealed record WorkListItem(double Rank, DateTimeOffset? ActBy, string Cause, Guid? Case, string? Owner, string? Team, WorkReason? Why, TransactionItem Transaction);
