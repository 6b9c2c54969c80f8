using System.Runtime.CompilerServices;
using System.Text;

namespace ControlPlane.Domain.Tests;

/// <summary>Compares with a text that a person has read and approved. A difference is written beside it as <c>*.received.txt</c>.</summary>
public static class Approved
{
    public static void Check(string name, string actual)
    {
        var folder = Path.Combine(Folder(), "Approved");
        var approved = Path.Combine(folder, name + ".approved.txt");
        var received = Path.Combine(folder, name + ".received.txt");
        var text = actual.ReplaceLineEndings("\n");
        var expected = File.Exists(approved) ? File.ReadAllText(approved, Encoding.UTF8).ReplaceLineEndings("\n") : "";
        if (text == expected)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(received, text);
        Assert.Fail($"{name} is not as approved. Compare Approved/{name}.received.txt with Approved/{name}.approved.txt; {FirstDifference(expected, text)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (was, now) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(was.Length, now.Length)).First(i => At(was, i) != At(now, i));
        return $"line {line + 1} was \"{At(was, line)}\" and is \"{At(now, line)}\".";
    }

    private static string At(string[] lines, int line) => line < lines.Length ? lines[line] : "(nothing)";

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
