using System.Net;
using System.Net.Sockets;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// Keeps configured addresses from reaching inwards (OWASP ASVS 5.0, 1.3.6): the name is resolved once, every address it
/// has is classified, and the connection goes to the vetted address, so an answer that flips between look-ups gains nothing.
/// </summary>
public static class AddressGuard
{
    /// <summary>True for an address of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !(bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 100 && bytes[1] is >= 64 and < 128)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] is 0 or 2)
                || (bytes[0] == 192 && bytes[1] == 88 && bytes[2] == 99)
                || (bytes[0] == 198 && bytes[1] is 18 or 19)
                || (bytes[0] == 198 && bytes[1] == 51 && bytes[2] == 100)
                || (bytes[0] == 203 && bytes[1] == 0 && bytes[2] == 113));
        // Only global unicast 2000::/3, and of that not the ranges that tunnel or embed IPv4, nor documentation.
        if ((bytes[0] & 0xE0) != 0x20)
            return false;
        var teredoOrReserved = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] is 0x00 or 0x01;
        var documentation = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8;
        var sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        return !(teredoOrReserved || documentation || sixToFour || (bytes[0] == 0x3F && bytes[1] == 0xFF));
    }

    /// <summary>Connects to the first vetted address. <paramref name="allowPrivate"/> is the connection's own setting, for systems on the premises.</summary>
    /// <exception cref="AddressRefusedException">One of the addresses is internal. The message does not say which.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowPrivate, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, ct);
        if (!allowPrivate && addresses.Any(a => !IsPublic(a)))
            throw new AddressRefusedException();
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                last = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}

/// <summary>The address is not on the public internet, and the connection does not allow private ones.</summary>
public sealed class AddressRefusedException() : Exception("The address is not reachable from here. If the system is on the premises, set allowPrivateNetwork on its connection.");

/// <summary>Sockets for protocols other than HTTP. The client resolves the name; each address that it then tries is classified here.</summary>
internal sealed class Dialer(Connection connection) : IDialer
{
    public async ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct)
    {
        if (!connection.AllowPrivateNetwork && !AddressGuard.IsPublic(target.Address))
            throw new ExchangeException(new Fault(FaultKind.Internal, "outbound.address_refused", new AddressRefusedException().Message));
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, ct);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
