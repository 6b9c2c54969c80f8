using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Sftp;

/// <summary>What a connection with an address <c>sftp://host:port/folder</c> needs beside it.</summary>
internal sealed partial record SftpSettings
{
    public const string Scheme = "sftp";
    public const string UserSetting = "user";
    public const string HostKeySetting = "hostKey";
    public const string PasswordSecret = "password";
    public const string KeySecret = "privateKey";
    public const string PassphraseSecret = "passphrase";

    public required string User { get; init; }

    /// <summary>Fingerprints that are trusted, as <c>ssh-keygen -l</c> shows them: SHA256:…; several while one replaces another. Empty: nobody is trusted.</summary>
    public required IReadOnlyList<string> HostKeys { get; init; }

    public static bool Applies(Connection connection) => connection.BaseAddress?.Scheme == Scheme;

    public static SftpSettings Of(Connection connection) => new()
    {
        User = connection.Setting(UserSetting) ?? "",
        HostKeys = Keys(connection),
    };

    public static IEnumerable<string> Check(Connection connection)
    {
        if (string.IsNullOrEmpty(connection.Setting(UserSetting)))
            yield return "settings.user: A value is missing. The user that signs in at the SFTP server.";
        if (!connection.HasSecret(PasswordSecret) && !connection.HasSecret(KeySecret))
            yield return "secrets.password: A value is missing. Give password, or privateKey (and passphrase when the key has one).";
        foreach (var key in Keys(connection).Where(k => !Fingerprint().IsMatch(k)))
            yield return $"settings.hostKey: '{key}' is no fingerprint. Write it as ssh-keygen -l shows it: SHA256: and 43 characters.";
    }

    private static string[] Keys(Connection connection) =>
        (connection.Setting(HostKeySetting) ?? "").Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("^SHA256:[A-Za-z0-9+/]{43}=?$")]
    private static partial Regex Fingerprint();
}
