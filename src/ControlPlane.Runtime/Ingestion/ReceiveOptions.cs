using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>Section <c>ControlPlane:Receive</c>.</summary>
public sealed class ReceiveOptions
{
    public const string Section = "ControlPlane:Receive";

    /// <summary>Largest body that is taken, in bytes, 1 KB to 100 MB. Default 5 MB: ten times the largest order seen.</summary>
    [Range(1024, 104_857_600)]
    public int MaxBodyBytes { get; set; } = 5 * 1024 * 1024;
}
