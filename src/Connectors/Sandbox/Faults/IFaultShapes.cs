using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Faults;

/// <summary>How one system words the failures that the dials ask for.</summary>
internal interface IFaultShapes
{
    SandboxAnswer Throttled(SandboxCall call);

    /// <param name="status">500 or 502.</param>
    SandboxAnswer Broken(SandboxCall call, int status);

    SandboxAnswer Closed(SandboxCall call, TimeSpan retryAfter);

    SandboxAnswer CredentialsRefused(SandboxCall call);

    SandboxAnswer NotFound(SandboxCall call);

    /// <summary>The body is no JSON, or not of the kind that was expected.</summary>
    SandboxAnswer Unreadable(SandboxCall call);
}
