using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Objectives;

/// <summary>A limit that is tried, as people write it.</summary>
public static class WhatIfLimit
{
    /// <returns>False for what is no duration like 5m, or longer than 90 days.</returns>
    public static bool TryRead(string text, out TimeSpan within) => StrictYaml.TryDuration(text, out within) && within > TimeSpan.Zero && within <= TimeSpan.FromDays(90);
}
