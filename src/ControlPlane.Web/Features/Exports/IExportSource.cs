using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Api;

namespace ControlPlane.Web.Features.Exports;

/// <summary>
/// A list that can be taken out as a file. One class a list, registered as a service: it gets the addresses
/// <c>/NAME/export</c> and <c>/api/v1/NAME/export</c>.
/// </summary>
internal interface IExportSource
{
    /// <summary>Of the list, as in its address: <c>transactions</c>.</summary>
    string Name { get; }

    /// <summary>For the description of the API: its filters, beside format, zone and preamble.</summary>
    IReadOnlyList<(string Name, string Meaning)> Parameters { get; }

    /// <summary>What the portal's address asks for. What it does not understand is left out, as on the page, and named in the file.</summary>
    ExportPlan OfPage(ExportAsk ask, Func<string, string?> value);

    /// <summary>What the API is asked for; problems are left with the query.</summary>
    ExportPlan OfApi(ExportAsk ask, ApiQuery query);
}

/// <param name="Cancel">Ends the reading when the browser goes.</param>
internal sealed record ExportAsk(TenantScope Tenant, ExportViewer Viewer, CancellationToken Cancel);
