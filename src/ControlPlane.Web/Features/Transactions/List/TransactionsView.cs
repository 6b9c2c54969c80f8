using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <param name="New">Orders that came since the first one on the page; they wait behind a button.</param>
/// <param name="Changed">Rows whose revision rose with this reading.</param>
public sealed record TransactionsView(TransactionListPage Page, CappedCount? Count, int New, IReadOnlySet<Guid> Changed, DateTimeOffset ReadAt);
