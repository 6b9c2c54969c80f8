namespace ControlPlane.Web.Features.Estate;

/// <param name="Document">YAML.</param>
/// <param name="Reason">Why, 1 to 300 characters; kept with the version.</param>
/// <param name="BasedOn">The version that was looked at, 0 for a new one; left out: whatever is there.</param>
public sealed record DocumentBody(string? Document, string? Reason, int? BasedOn = null);

/// <param name="Reason">Why, 1 to 300 characters.</param>
/// <param name="BasedOn">The version that was looked at; left out: whatever is there.</param>
public sealed record DocumentRemoval(string? Reason, int? BasedOn = null);

/// <param name="Unchanged">True: it says what is in service already; no version was made.</param>
public sealed record DocumentDone(int Version, bool Unchanged, string Message);
