using ControlPlane.Runtime;
using ControlPlane.Runtime.Settings;
using StackExchange.Redis;

namespace ControlPlane.Web.Live;

/// <summary>Where the nodes tell each other what changed; see <see cref="ControlPlaneOptions.Redis"/>.</summary>
public sealed record RedisPlace(ConfigurationOptions? Options)
{
    public bool IsUsed => Options is not null;

    /// <exception cref="StartProblem">The setting cannot be read.</exception>
    public static RedisPlace Of(IConfiguration configuration)
    {
        if (configuration[$"{ControlPlaneOptions.Section}:{nameof(ControlPlaneOptions.Redis)}"] is not { Length: > 0 } text)
            return new((ConfigurationOptions?)null);
        try
        {
            var options = ConfigurationOptions.Parse(text);
            if (options.EndPoints.Count == 0)
                throw new ArgumentException("It names no server.");
            // A Redis that is away stops nothing: pages look for changes themselves until it is back.
            options.AbortOnConnectFail = false;
            options.ChannelPrefix = RedisChannel.Literal("controlplane");
            return new(options);
        }
        catch (ArgumentException e)
        {
            throw new StartProblem($"The setting {ControlPlaneOptions.Section}:{nameof(ControlPlaneOptions.Redis)} cannot be read: {e.Message} Allowed: host:port, with options such as password after commas.", e);
        }
    }
}
