using Connectors.Sandbox.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connectors.Sandbox.Http;

/// <summary>Puts the operations of one system under its prefix, each behind the fault gate.</summary>
internal sealed class SystemRoutes(IEndpointRouteBuilder app, string prefix, FaultGate faults)
{
    public void Get(string path, Func<SandboxCall, SandboxAnswer> operation) => Map("GET", path, operation);

    public void Post(string path, Func<SandboxCall, SandboxAnswer> operation) => Map("POST", path, operation);

    public void Patch(string path, Func<SandboxCall, SandboxAnswer> operation) => Map("PATCH", path, operation);

    public void Put(string path, Func<SandboxCall, SandboxAnswer> operation) => Map("PUT", path, operation);

    public void Delete(string path, Func<SandboxCall, SandboxAnswer> operation) => Map("DELETE", path, operation);

    /// <summary>Everything else under the prefix.</summary>
    public void Otherwise(Func<SandboxCall, SandboxAnswer> operation) =>
        app.Map($"/{prefix}/{{**rest}}", (RequestDelegate)(context => faults.RunAsync(context, operation)));

    private void Map(string method, string path, Func<SandboxCall, SandboxAnswer> operation) =>
        app.MapMethods($"/{prefix}{path}", [method], (RequestDelegate)(context => faults.RunAsync(context, operation)));
}
