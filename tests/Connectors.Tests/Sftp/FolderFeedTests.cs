using System.Collections.Concurrent;
using System.Text;
using Connectors.Protocols.Folders;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Sftp;

/// <summary>Files of a folder of a real server: each is handed on once and whole, whatever happens in between.</summary>
public sealed class FolderFeedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly DateTimeOffset Now = new(2026, 11, 28, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_file_is_taken_when_it_stands_still_and_moved_only_at_the_next_read()
    {
        await using var server = SftpServer.Start("in", "done");
        var feed = Feed(stable: 10);
        server.Put("in/a.csv", "one");
        var first = await ReadAsync(server, feed, null, Now);
        Assert.Empty(first.Documents);
        File.AppendAllText(server.At("in/a.csv"), " more");
        var grown = await ReadAsync(server, feed, first.Cursor, Now.AddSeconds(60));
        Assert.Empty(grown.Documents);
        var early = await ReadAsync(server, feed, grown.Cursor, Now.AddSeconds(65));
        Assert.Empty(early.Documents);
        var taken = await ReadAsync(server, feed, early.Cursor, Now.AddSeconds(70));
        Assert.Equal(("one more", "a.csv", "text/csv", true), (Text(Assert.Single(taken.Documents)), taken.Names[0], taken.ContentType, taken.More));
        Assert.True(File.Exists(server.At("in/a.csv")));
        var after = await ReadAsync(server, feed, taken.Cursor, Now.AddSeconds(71));
        Assert.Empty(after.Documents);
        Assert.False(after.More);
        Assert.Equal("one more", File.ReadAllText(server.At("done/a.csv")));
        Assert.False(File.Exists(server.At("in/a.csv")));
    }

    [Fact]
    public async Task A_crash_between_read_and_move_reads_the_same_again_and_loses_nothing()
    {
        await using var server = SftpServer.Start("in", "done");
        server.Put("in/a.csv", "one");
        var lost = await ReadAsync(server, Feed(), null, Now);
        // The cursor was never stored: so it begins anew.
        var again = await ReadAsync(server, Feed(), null, Now);
        Assert.Equal(Text(lost.Documents[0]), Text(again.Documents[0]));
        await ReadAsync(server, Feed(), again.Cursor, Now);
        // Another node was quicker, and a third comes with the cursor of the first.
        var late = await ReadAsync(server, Feed(), lost.Cursor, Now);
        Assert.Empty(late.Documents);
        Assert.Equal(["a.csv"], Names(server, "done"));
    }

    [Fact]
    public async Task A_file_that_was_replaced_before_it_could_be_moved_stays_and_is_read_for_itself()
    {
        await using var server = SftpServer.Start("in", "done");
        server.Put("in/a.csv", "one", age: 100);
        var first = await ReadAsync(server, Feed(), null, Now);
        server.Put("in/a.csv", "two", age: 50);
        var second = await ReadAsync(server, Feed(), first.Cursor, Now);
        Assert.Equal("two", Text(Assert.Single(second.Documents)));
        await ReadAsync(server, Feed(), second.Cursor, Now);
        Assert.Equal("two", File.ReadAllText(server.At("done/a.csv")));
    }

    [Fact]
    public async Task A_name_that_is_taken_in_the_other_folder_gets_the_digest_and_nothing_is_written_over()
    {
        await using var server = SftpServer.Start("in", "done");
        foreach (var (content, age) in new[] { ("one", 100), ("two", 50), ("two", 20) })
        {
            server.Put("in/a.csv", content, age);
            var taken = await ReadAsync(server, Feed(), null, Now);
            await ReadAsync(server, Feed(), taken.Cursor, Now);
        }

        Assert.Equal(["a.3fc4ccfe7458.csv", "a.csv"], Names(server, "done"));
        Assert.Equal("one", File.ReadAllText(server.At("done/a.csv")));
        Assert.Empty(Names(server, "in"));
    }

    [Fact]
    public async Task Names_that_do_not_fit_links_and_files_being_written_are_left_alone()
    {
        await using var server = SftpServer.Start("in", "done", "in/sub.csv");
        foreach (var name in new[] { "a.CSV", "b.txt", ".c.csv", "d.csv.part", "e.csv.filepart", "f.tmp", "g.csv~" })
            server.Put("in/" + name, name);
        File.CreateSymbolicLink(server.At("in/link.csv"), "/etc/hostname");
        Assert.Equal(["a.CSV"], (await ReadAsync(server, Feed(), null, Now)).Names);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_reported_and_stays_while_others_go_on()
    {
        await using var server = SftpServer.Start("in", "done");
        server.Put("in/big.csv", new string('x', 3_000), age: 100);
        server.Put("in/small.csv", "x");
        var taken = await ReadAsync(server, Feed(most: 2_000), null, Now);
        Assert.Equal(["small.csv"], taken.Names);
        Assert.StartsWith("big.csv in the folder of inbox is larger than", taken.Problem, StringComparison.Ordinal);
        Assert.NotNull((await ReadAsync(server, Feed(most: 2_000), taken.Cursor, Now)).Problem);
        Assert.Equal(["big.csv"], Names(server, "in"));
    }

    [Fact]
    public async Task Files_that_may_not_be_touched_are_remembered_and_taken_again_only_when_they_change()
    {
        await using var server = SftpServer.Start("in");
        server.Put("in/a.csv", "one", age: 100);
        var feed = Feed(after: AfterPickup.Leave);
        var first = await ReadAsync(server, feed, null, Now);
        var second = await ReadAsync(server, feed, first.Cursor, Now);
        Assert.Equal((1, 0), (first.Documents.Count, second.Documents.Count));
        server.Put("in/a.csv", "two", age: 50);
        Assert.Equal("two", Text(Assert.Single((await ReadAsync(server, feed, second.Cursor, Now)).Documents)));
        File.Delete(server.At("in/a.csv"));
        Assert.Equal("{\"taken\":[],\"seen\":[],\"known\":[]}", (await ReadAsync(server, feed, second.Cursor, Now)).Cursor);
    }

    [Fact]
    public async Task Deleted_files_are_gone_at_the_next_read()
    {
        await using var server = SftpServer.Start("in");
        server.Put("in/a.csv", "one");
        var taken = await ReadAsync(server, Feed(after: AfterPickup.Delete), null, Now);
        Assert.Equal(["a.csv"], Names(server, "in"));
        await ReadAsync(server, Feed(after: AfterPickup.Delete), taken.Cursor, Now);
        Assert.Empty(Names(server, "in"));
    }

    [Fact]
    public async Task A_thousand_files_are_taken_oldest_first_each_once()
    {
        await using var server = SftpServer.Start("in", "done");
        for (var i = 0; i < 1_000; i++)
            server.Put($"in/{i * 7919 % 1_000:000}.csv", $"{i}", age: 1_000 - i);
        var (feed, got, cursor) = (Feed(), new List<string>(), (string?)null);
        for (var more = true; more;)
        {
            var page = await ReadAsync(server, feed, cursor, Now);
            got.AddRange(page.Documents.Select(Text));
            (cursor, more) = (page.Cursor, page.More);
        }

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), got);
        Assert.Equal((0, 1_000), (Names(server, "in").Length, Names(server, "done").Length));
    }

    /// <summary>Writers that take their time, some of which write in place and some of which rename; polled all the while, with cursors lost in between.</summary>
    [Fact]
    public async Task No_file_is_ever_handed_on_half_while_others_write()
    {
        await using var server = SftpServer.Start("in", "done");
        var (got, feed) = (new ConcurrentDictionary<string, string>(), Feed(stable: 1));
        async Task WriteAsync(int writer)
        {
            for (var i = 0; i < 5; i++)
            {
                var renames = writer % 2 == 0;
                var path = server.At($"in/w{writer}-{i}.csv");
                await using (var file = new FileStream(renames ? path + ".tmp" : path, FileMode.Create, FileAccess.Write, FileShare.Read))
                    for (var part = 0; part < 6; part++)
                    {
                        await file.WriteAsync(Encoding.UTF8.GetBytes($"part {part}\n"), Ct);
                        await file.FlushAsync(Ct);
                        await Task.Delay(60, Ct);
                    }

                if (renames)
                    File.Move(path + ".tmp", path);
            }
        }

        var writers = Task.WhenAll(Enumerable.Range(0, 6).Select(WriteAsync));
        var (cursor, reads, began) = ((string?)null, 0, TimeProvider.System.GetTimestamp());
        while ((!writers.IsCompleted || Names(server, "in").Length > 0) && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            var page = await ReadAsync(server, feed, cursor, TimeProvider.System.GetUtcNow());
            for (var i = 0; i < page.Documents.Count; i++)
                Assert.Equal(Text(page.Documents[i]), got.GetOrAdd(page.Names[i], Text(page.Documents[i])));
            // Every tenth time this process dies before it stored where it stands.
            cursor = ++reads % 10 == 0 ? cursor : page.Cursor;
            await Task.Delay(40, Ct);
        }

        await writers;
        Assert.Equal(30, got.Count);
        Assert.All(got.Values, v => Assert.Equal("part 0\npart 1\npart 2\npart 3\npart 4\npart 5\n", v));
        Assert.Equal(30, Names(server, "done").Length);
    }

    private static FolderFeed Feed(int stable = 0, AfterPickup after = AfterPickup.Move, long most = FolderSpec.UsualBytes)
    {
        static ConnectionText Text(string text) => new(Placeholders.Literal(text), new Dictionary<string, string>());
        return new("inbox", new() { Path = Text("/in"), Pattern = "*.csv", After = after, To = Text("done"), StableFor = TimeSpan.FromSeconds(stable), MostBytes = most, ContentType = "text/csv" }, null, "Warehouse");
    }

    private static Task<FeedPage> ReadAsync(SftpServer server, FolderFeed feed, string? cursor, DateTimeOffset now) => feed.ReadAsync(server.Connection(), cursor, now, server, Ct);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string?[] Names(SftpServer server, string folder) => [.. Directory.EnumerateFiles(server.At(folder)).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
}
