using System.ComponentModel.DataAnnotations;
using ControlPlane.Runtime.Settings;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Section <c>ControlPlane:Notifications</c>: how people are told outside the portal.</summary>
public sealed class NotificationOptions
{
    /// <summary>Mail server (SMTP). Empty: no mail is sent, and what would be is shown as not sent.</summary>
    [MaxLength(200)]
    public string MailHost { get; set; } = "";

    /// <summary>Its port, 1 to 65,535: 587 for STARTTLS, 465 for TLS from the beginning.</summary>
    [Range(1, 65_535)]
    public int MailPort { get; set; } = 587;

    /// <summary>How the way to it is protected: <c>starttls</c> refuses a server without it; <c>none</c> is for one on this machine.</summary>
    [AllowedValues("starttls", "tls", "none")]
    public string MailSecurity { get; set; } = "starttls";

    /// <summary>Who the mail is from, as <c>controlplane@example.com</c>.</summary>
    [MaxLength(128)]
    public string MailFrom { get; set; } = "";

    /// <summary>Empty: without signing in.</summary>
    [MaxLength(128)]
    public string MailUser { get; set; } = "";

    [Secret, MaxLength(256)]
    public string MailPassword { get; set; } = "";

    /// <summary>Signs what webhooks are sent, as Standard Webhooks 1.0 says: the receiver keeps the same key. At least 24 characters. Empty: no webhook is called.</summary>
    [Secret, MaxLength(256)]
    public string WebhookKey { get; set; } = "";

    /// <summary>True lets webhooks reach addresses inside this network, over http too.</summary>
    public bool WebhooksInside { get; set; }
}
