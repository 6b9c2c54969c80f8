using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Prints a report as PDF by a Chromium without a window, where one is set or found. What it prints is our own file without scripts, and it reaches nothing else.</summary>
public sealed class PdfPrinter(IOptions<ScorecardOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Looked for once: a browser that is installed later is found after the next start.</summary>
    private static readonly Lazy<string?> Found = new(() => Find(File.Exists));

    /// <returns>The PDF, or why there is none.</returns>
    public async Task<(byte[]? Pdf, string Note)> PrintAsync(string html, CancellationToken ct)
    {
        var chromium = options.Value.Chromium.Trim();
        if (chromium.Length == 0 || chromium.Equals("none", StringComparison.OrdinalIgnoreCase))
            return (null, $"Without a PDF: no Chromium is set ({ScorecardOptions.Section}:Chromium).");
        if (chromium.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            if (Found.Value is not { } found)
                return (null, $"Without a PDF: no Chromium was found at the usual places; {ScorecardOptions.Section}:Chromium names another.");
            chromium = found;
        }

        if (!File.Exists(chromium))
            return (null, $"Without a PDF: there is no Chromium where {ScorecardOptions.Section}:Chromium says.");
        var folder = Directory.CreateTempSubdirectory("controlplane-report-");
        try
        {
            var (page, pdf) = (Path.Combine(folder.FullName, "report.html"), Path.Combine(folder.FullName, "report.pdf"));
            await File.WriteAllTextAsync(page, html, new UTF8Encoding(false), ct);
            var start = new ProcessStartInfo(chromium) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var argument in (string[])["--headless=new", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
                $"--user-data-dir={Path.Combine(folder.FullName, "profile")}", "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(page).AbsoluteUri])
                start.ArgumentList.Add(argument);
            // Chromium refuses to keep its sandbox as root, which is what containers run as.
            if (Environment.UserName == "root")
                start.ArgumentList.Insert(0, "--no-sandbox");
            return await RunAsync(start, ct) is { } problem ? (null, problem) : File.Exists(pdf) ? (await File.ReadAllBytesAsync(pdf, ct), "") : (null, "Without a PDF: Chromium wrote none.");
        }
        finally
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (IOException)
            {
                // A helper of Chromium still holds a file: the system's own sweep of temporary files takes it.
            }
        }
    }

    /// <summary>The first browser that is where it usually is; null = none.</summary>
    internal static string? Find(Func<string, bool> exists)
    {
        List<string> places =
        [
            "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/usr/bin/microsoft-edge",
            "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        ];
        // These folders have no name elsewhere.
        if (OperatingSystem.IsWindows())
            foreach (var folder in (Environment.SpecialFolder[])[Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86, Environment.SpecialFolder.LocalApplicationData])
            {
                var programs = Environment.GetFolderPath(folder);
                places.AddRange(new[] { Path.Combine(programs, "Chromium", "Application", "chrome"), Path.Combine(programs, "Google", "Chrome", "Application", "chrome"), Path.Combine(programs, "Microsoft", "Edge", "Application", "msedge") }.Select(p => p + ".exe"));
            }

        return places.Find(p => exists(p));
    }

    private static async Task<string?> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return "Without a PDF: Chromium could not be started.";
        }

        using var timed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timed.CancelAfter(Patience);
        try
        {
            // Read to the end, or it would wait for room in its pipes.
            await Task.WhenAll(process.StandardError.ReadToEndAsync(timed.Token), process.StandardOutput.ReadToEndAsync(timed.Token), process.WaitForExitAsync(timed.Token));
            return process.ExitCode == 0 ? null : $"Without a PDF: Chromium ended with {process.ExitCode}.";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "Without a PDF: Chromium took more than a minute.";
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
