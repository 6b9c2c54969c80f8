using System.Text.Json;
using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox.Faults;

/// <summary>
/// Every call of a simulated system goes through here. Faults of the way come first and change nothing; then the
/// system answers; a lost answer comes last, after the system has done what was asked.
/// </summary>
internal sealed class FaultGate(SystemDials dial, IFaultShapes shapes, SandboxDials dials, SandboxRandom luck, SystemCounters counters, TimeProvider clock, ILogger log)
{
    public static readonly TimeSpan MaintenanceRetryAfter = TimeSpan.FromSeconds(30);

    private const string MaintenancePage =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Scheduled maintenance</title></head>"
        + "<body><h1>We will be back soon</h1><p>The service is closed for scheduled maintenance.</p></body></html>\n";

    public async Task RunAsync(HttpContext context, Func<SandboxCall, SandboxAnswer> operation)
    {
        counters.Count(Counter.Calls);
        var ct = context.RequestAborted;
        var call = await SandboxCall.ReadAsync(context, ct);
        if (dials[dial.Latency] is > 0 and var wait)
            await Task.Delay(TimeSpan.FromMilliseconds(wait), clock, ct);

        var answer = Injected(call) ?? Answer(call, operation);
        if (answer.Committed && luck.Chance(dials[dial.LostAnswerRate]))
        {
            counters.Count(Counter.LostAnswers);
            context.Abort();
            return;
        }

        counters.CountAnswer(answer.Status);
        await answer.WriteAsync(context.Response, ct);
    }

    private SandboxAnswer? Injected(SandboxCall call)
    {
        if (dials.On(dial.MaintenancePage))
            return SandboxAnswer.Text(200, MaintenancePage, "text/html; charset=utf-8");
        if (dials.On(dial.Maintenance))
            return shapes.Closed(call, MaintenanceRetryAfter);
        if (dials.On(dial.WrongCredentials))
            return shapes.CredentialsRefused(call);
        if (luck.Chance(dials[dial.ThrottleRate]))
        {
            counters.Count(Counter.Throttled);
            return shapes.Throttled(call);
        }

        return luck.Chance(dials[dial.ErrorRate]) ? shapes.Broken(call, luck.Chance(50) ? 500 : 502) : null;
    }

    private SandboxAnswer Answer(SandboxCall call, Func<SandboxCall, SandboxAnswer> operation)
    {
        try
        {
            return operation(call);
        }
        catch (JsonException)
        {
            return shapes.Unreadable(call);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A defect of the simulator must look like a defect of the partner, not like a crash of the product.
            SandboxLog.OperationFailed(log, dial.System, call.Path, e);
            return shapes.Broken(call, 500);
        }
    }
}
