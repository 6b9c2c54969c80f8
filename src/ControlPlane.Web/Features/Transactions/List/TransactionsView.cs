using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <param name="New">Orders that belong on the page and are not shown yet: new ones, and older ones that fit the filters since. They wait behind a button.</param>
public sealed record TransactionsView(TransactionListPage Page, ListSummary Summary, int New, DateTimeOffset ReadAt);
