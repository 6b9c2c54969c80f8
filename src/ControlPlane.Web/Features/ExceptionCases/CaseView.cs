using ControlPlane.Runtime.ExceptionCases;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <param name="Detail">Null when there is no such case.</param>
public sealed record CaseView(Guid Id, Guid? After, CaseDetail? Detail, DateTimeOffset ReadAt);
