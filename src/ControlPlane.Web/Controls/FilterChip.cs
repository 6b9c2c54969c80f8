namespace ControlPlane.Web.Controls;

/// <summary>One filter in force.</summary>
/// <param name="Name">What is filtered: "State".</param>
/// <param name="Value">By what: "stuck".</param>
/// <param name="WithoutHref">The same page without this filter: removing it is following a link, so Back works.</param>
public sealed record FilterChip(string Name, string Value, string WithoutHref);
