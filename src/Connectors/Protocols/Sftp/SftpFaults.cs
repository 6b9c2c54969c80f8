using System.Globalization;
using System.Net.Sockets;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Renci.SshNet.Common;

namespace Connectors.Protocols.Sftp;

/// <summary>What the client threw, in words that name the next step.</summary>
internal static class SftpFaults
{
    public static Fault NotConnected(Connection connection) => new(FaultKind.Transient, "sftp.not_connected", string.Create(CultureInfo.InvariantCulture,
        $"{connection.DisplayName} cannot be reached at {connection.BaseAddress!.Host}:{Port(connection)}. Check that the server runs, and the address. It is tried again by itself."));

    public static int Port(Connection connection) => connection.BaseAddress!.Port > 0 ? connection.BaseAddress.Port : 22;

    public static Fault LoginRefused(Connection connection) => new(FaultKind.Authentication, "sftp.login_refused",
        $"{connection.DisplayName} does not accept the user, its password or its key. Check settings.user, secrets.password and secrets.privateKey.");

    public static Fault KeyUnreadable(string why) => new(FaultKind.Authentication, "sftp.key_unreadable",
        $"The secret privateKey cannot be read{why}. Give it in PEM or OpenSSH form, and its passphrase as the secret passphrase when it has one.");

    /// <summary>Nobody is trusted unseen: a first key that is believed by itself is the key of whoever answered first.</summary>
    public static Fault HostKeyUnknown(Connection connection, string algorithm, string seen) => new(FaultKind.Authentication, "sftp.host_key_unknown",
        $"{connection.DisplayName} showed a host key ({algorithm}) with the fingerprint {seen}, and none is pinned. Ask its operator whether that is right, then set settings.hostKey to {seen}.");

    public static Fault HostKeyWrong(Connection connection, string algorithm, string seen) => new(FaultKind.Authentication, "sftp.host_key_wrong",
        $"{connection.DisplayName} showed a host key ({algorithm}) with the fingerprint {seen}, which is not the one pinned. Somebody may stand in between. If the server got a new key, its operator says so: then add it to settings.hostKey.");

    public static Fault NoFolder(Connection connection, string path) => new(FaultKind.Internal, "sftp.no_such_folder",
        $"{connection.DisplayName} has no folder {path}. Create it there, or correct the address or the setting that names it.");

    public static Fault Outside(Connection connection, string path) => new(FaultKind.Internal, "sftp.outside",
        $"The folder {path} of {connection.DisplayName} is a link that leads out of the connection's folder. It is not followed.");

    public static Fault NotAllowed(Connection connection, string path) => new(FaultKind.Authentication, "sftp.not_allowed",
        $"{connection.DisplayName} does not let the user do this at {path}. Give it the right to read and write there.");

    public static Fault TooLarge(Connection connection, string path, long most) => new(FaultKind.Data, "sftp.too_large",
        $"{path} at {connection.DisplayName} is larger than {most} bytes, which is the most that is read.");

    public static Fault DiskFull(Connection connection) => new(FaultKind.Transient, "sftp.disk_full",
        $"{connection.DisplayName} has no room left. Its operator has to make some; then it goes on by itself.");

    public static Fault Failed(Connection connection, string path, SftpException thrown) => new(FaultKind.Transient, "sftp.failed",
        $"{connection.DisplayName} could not do this at {path} ({thrown.StatusCode}).", ProviderCode: ((int)thrown.StatusCode).ToString(CultureInfo.InvariantCulture));

    public static Fault CutOff(Connection connection, bool visible) => visible
        ? new(FaultKind.UnknownOutcome, "sftp.rename_lost", $"The connection to {connection.DisplayName} broke off while the finished file was given its name. It may be there.")
        : new(FaultKind.Transient, "sftp.cut_off", $"The connection to {connection.DisplayName} broke off. Nothing that others could read was left behind.");

    public static bool IsBrokenOff(Exception thrown) => thrown is SshConnectionException or SshOperationTimeoutException or SocketException or IOException or ObjectDisposedException
        || thrown is SshException and not (SftpException or SshAuthenticationException) || thrown is SftpException { StatusCode: Renci.SshNet.Sftp.StatusCode.ConnectionLost or Renci.SshNet.Sftp.StatusCode.NoConnection };
}
