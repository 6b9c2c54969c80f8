namespace ControlPlane.Web.Controls;

/// <summary>What a colour says. A tone never comes alone: a word and an icon say the same.</summary>
public enum Tone
{
    Neutral,
    Done,
    Waiting,
    Stuck,
    Info,

    /// <summary>The outcome is unknown.</summary>
    Unknown,
}

public static class Tones
{
    /// <summary>Sets <c>--tone</c> and <c>--tone-soft</c> for the element, see <c>wwwroot/portal.css</c>.</summary>
    public static string Class(this Tone tone) => tone switch
    {
        Tone.Done => "cp-tone-done",
        Tone.Waiting => "cp-tone-waiting",
        Tone.Stuck => "cp-tone-stuck",
        Tone.Info => "cp-tone-info",
        Tone.Unknown => "cp-tone-unknown",
        _ => "cp-tone-neutral",
    };
}
