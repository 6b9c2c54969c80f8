using System.Text.Json;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Runtime.Tests.Settings;

public sealed class SettingsTests
{
    private static (ControlPlaneOptions Options, IReadOnlyList<SettingProblem> Problems, IReadOnlyList<SettingProblem> Warnings) Read(bool development, params (string Key, string Value)[] settings) =>
        SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("ControlPlane:" + s.Key, (string?)s.Value))).Build(), development, Path.GetTempPath());

    [Fact]
    public void Nothing_set_is_a_sound_installation()
    {
        var (options, problems, warnings) = Read(false);
        Assert.Empty(problems);
        Assert.Empty(warnings);
        Assert.False(options.Demo);
        Assert.Equal(5 * 1024 * 1024, options.Receive.MaxBodyBytes);
        Assert.True(NodeRoles.TryParse(options.Roles, out var roles) && roles == new NodeRoles(true, true, true, true));
    }

    [Fact]
    public void The_demo_runs_by_itself_only_in_Development()
    {
        Assert.True(Read(true).Options.Demo);
        Assert.False(Read(true, ("Demo", "false")).Options.Demo);
        Assert.True(Read(false, ("Demo", "TRUE")).Options.Demo);
        Assert.False(Read(false, ("Demo", "")).Options.Demo);
    }

    [Fact]
    public void Every_problem_is_named_at_once_with_its_variable_and_what_is_allowed()
    {
        var (_, problems, _) = Read(
            false, ("Demo", "maybe"), ("Roles", "web,cook"), ("Database:Provider", "Oracle"), ("Engine:LeaseSeconds", "5"), ("Engine:ConcurrencyPerLane", "many"), ("Estate", "no/such/folder"),
            ("BootstrapApiKey", "has space"), ("AllowedOrigins:0", "portal.example.com"), ("Sandbox:OrdersPerMinute", "-1"), ("Tenant", new string('x', 61)));
        var texts = problems.Select(p => p.ToString()).ToList();
        Assert.Equal(10, texts.Count);
        Assert.Contains("ControlPlane:Engine:LeaseSeconds (as a variable: ControlPlane__Engine__LeaseSeconds) is '5'. Allowed: a whole number from 10 to 600.", texts);
        Assert.Contains("ControlPlane:Database:Provider (as a variable: ControlPlane__Database__Provider) is 'Oracle'. Allowed: Sqlite, PostgreSql, SqlServer.", texts);
        Assert.Contains(texts, t => t.StartsWith("ControlPlane:Roles", StringComparison.Ordinal) && t.EndsWith("one or several of web,ingest,worker,scheduler, parted by commas.", StringComparison.Ordinal));
        Assert.Contains(texts, t => t.StartsWith("ControlPlane:Estate", StringComparison.Ordinal) && t.Contains("does not exist", StringComparison.Ordinal));
        Assert.Contains(texts, t => t.StartsWith("ControlPlane:Sandbox:OrdersPerMinute", StringComparison.Ordinal) && t.EndsWith("Allowed: a number from 0 to 3000.", StringComparison.Ordinal));
        Assert.StartsWith("10 settings are wrong:", SettingsFeature.Text(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PostgreSql", "", "is empty. PostgreSql needs one.")]
    [InlineData("SqlServer", "", "is empty. SqlServer needs one.")]
    [InlineData("PostgreSql", "host db", "cannot be read.")]
    public void A_server_database_needs_a_connection_string(string provider, string connectionString, string message)
    {
        var problem = Assert.Single(Read(false, ("Database:Provider", provider), ("Database:ConnectionString", connectionString)).Problems);
        Assert.Equal("ControlPlane:Database:ConnectionString", problem.Key);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_never_part_of_a_message()
    {
        var (_, problems, warnings) = Read(false, ("BootstrapApiKey", "geheim geheim"), ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", "Host=db;Password=geheim;x"), ("Secrets:SHOP", "geheim"));
        Assert.Equal(2, problems.Count);
        Assert.All(problems.Concat(warnings), p => Assert.DoesNotContain("geheim", p.ToString(), StringComparison.Ordinal));
        Assert.All(Read(false, ("BootstrapApiKey", new string('g', 300))).Problems, p => Assert.DoesNotContain("ggg", p.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_no_effect_is_said_but_does_not_keep_it_from_starting()
    {
        var (_, problems, warnings) = Read(false, ("Databse:Provider", "Sqlite"), ("Secrets:ANY_NAME", "x"), ("AllowedOrigins:0", "https://a.example"), ("BootstrapApiKey", "short"));
        Assert.Empty(problems);
        Assert.Equal(["ControlPlane:BootstrapApiKey", "ControlPlane:Databse:Provider"], warnings.Select(w => w.Key).Order());
    }

    [Theory]
    [InlineData("web", "web")]
    [InlineData(" Worker , ingest,web ", "web,ingest,worker")]
    public void Roles_are_words_in_any_order(string text, string normal)
    {
        Assert.True(NodeRoles.TryParse(text, out var roles));
        Assert.Equal(normal, roles.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("web;worker")]
    public void Without_a_role_there_is_nothing_to_do(string text) => Assert.False(NodeRoles.TryParse(text, out _));

    [Fact]
    public void The_sample_file_holds_every_setting_with_its_default_and_no_other()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ControlPlane.sln");
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "appsettings.sample.json")), new() { CommentHandling = JsonCommentHandling.Skip });
        var written = Flatten("", sample.RootElement).ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(Setting.All.Select(s => s.Key).Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        Assert.All(Setting.All, s => Assert.Equal((s.Key, s.Default), (s.Key, written[s.Key])));
    }

    private static IEnumerable<(string Key, string Value)> Flatten(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when json.EnumerateObject().Any() => json.EnumerateObject().SelectMany(p => Flatten(path.Length == 0 ? p.Name : $"{path}:{p.Name}", p.Value)),
        JsonValueKind.Object or JsonValueKind.Array => [(path, "")],
        JsonValueKind.True or JsonValueKind.False => [(path, json.GetBoolean() ? "true" : "false")],
        _ => [(path, json.ToString())],
    };
}
