using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.EvidenceBundles;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.CommandLine;
using ControlPlane.Web.Tests.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.EvidenceBundles;

/// <summary>The signed bundle: what is in it for whom, who is noted, and that every way of tampering with it is found.</summary>
public sealed class EvidenceBundleTests(EvidenceBundleTests.OneOrder given) : IClassFixture<EvidenceBundleTests.OneOrder>
{
    private const string Source = """{"number":"1001","customer":{"name":"Ada Lovelace","email":"ada@example.com"},"total":"126.40"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An order with its document, a failed and a good call, and a binary body.</summary>
    public sealed class OneOrder : IAsyncLifetime
    {
        public ProductHost Product { get; private set; } = null!;

        public Guid Id { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Product = await ProductHost.StartAsync();
            var at = TimeProvider.System.GetUtcNow().AddMinutes(-5);
            var row = Api.Given.Transaction("shop", "1001", at, TransactionState.Stuck);
            (Id, row.TraceParent) = (row.Id, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            var (source, request, binary) = (Body(Source, "application/json"), Body("<order><name>Ada</name></order>", "application/xml"), PayloadRows.Make(1, new byte[] { 0, 1, 2, 3 }, "application/octet-stream", TimeProvider.System));
            row.SourcePayloadId = source.Id;
            var attempt = new AttemptRow { Id = Guid.CreateVersion7(), TenantId = 1, TransactionId = Id, Step = "erp-order", Number = 1, Connection = "erp", Operation = "createSalesOrder", Method = "POST", Path = "/orders?mail=ada@example.com", Status = 503, StartedAt = row.ReceivedAt + 1000, DurationMicroseconds = 163_000, RequestPayloadId = request.Id, AnswerPayloadId = binary.Id };
            await Product.AddAsync(row, source, request, binary, attempt,
                new JournalRow { TransactionId = Id, TenantId = 1, At = row.ReceivedAt, Sequence = 1, Type = JournalEventType.Received, Stage = "received", Summary = "Shop sent order 1001", Basis = "flow=orders@3|mapping=shopify@12" },
                new JournalRow { TransactionId = Id, TenantId = 1, At = row.ReceivedAt + 2000, Sequence = 2, Type = JournalEventType.RetryScheduled, Stage = "erp-posted", Summary = "Attempt 1 of 12 failed <script>", Code = "http.503", AttemptId = attempt.Id, Basis = "flow=orders@3|policy=retry transient, 1 of 12, after 2 s" });
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();

        private static PayloadRow Body(string text, string type) => PayloadRows.Make(1, Encoding.UTF8.GetBytes(text), type, TimeProvider.System);
    }

    [Fact]
    public async Task A_bundle_tells_who_what_when_with_which_version_and_why_and_checks()
    {
        var bundle = await TakeAsync(given.Product.Client());
        var check = await CheckAsync(bundle);
        Assert.Empty(check.Problems);
        var files = Unpack(bundle);
        Assert.Equal(["bodies/001-source.json", "bodies/002-request.xml", "bodies/003-answer.bin", "bundle.json", "index.html", "manifest.json", "manifest.sig", "public-key.pem"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Source, Encoding.UTF8.GetString(files["bodies/001-source.json"]));
        var said = JsonDocument.Parse(files["bundle.json"]).RootElement;
        Assert.Equal(("controlplane-evidence/1", false, "1001"), (said.Text("format"), said.GetProperty("personalDataMasked").GetBoolean(), said.GetProperty("head").Text("number")));
        var retry = said.GetProperty("timeline")[1];
        Assert.Equal(("orders@3", "retry transient, 1 of 12, after 2 s"), (retry.Text("flow"), retry.Text("policy")));
        Assert.Contains(said.GetProperty("timeline").EnumerateArray(), t => t.Text("type") == "EvidenceExported" && t.Text("person") is { Length: > 0 });
        Assert.Equal("/orders", said.GetProperty("attempts")[0].Text("path"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Source))), said.GetProperty("documents")[0].Text("originalSha256"));
        var page = Encoding.UTF8.GetString(files["index.html"]);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.Contains("@page{size:A4", page, StringComparison.Ordinal);
        Assert.Contains("retry transient, 1 of 12, after 2 s", page, StringComparison.Ordinal);
        // Canonical: written again it is the same.
        Assert.Equal(files["bundle.json"], CanonicalJson.Write(System.Text.Json.Nodes.JsonNode.Parse(files["bundle.json"])!));
    }

    [Fact]
    public async Task Business_gets_it_masked_and_an_executive_is_told_which_right_is_missing()
    {
        using var business = await given.Product.ClientAsync(PortalRoles.Business);
        var bundle = await TakeAsync(business);
        Assert.Empty((await CheckAsync(bundle)).Problems);
        var files = Unpack(bundle);
        Assert.DoesNotContain(files.Values, f => Encoding.UTF8.GetString(f).Contains("Lovelace", StringComparison.Ordinal));
        Assert.DoesNotContain(files.Values, f => Encoding.UTF8.GetString(f).Contains("ada@example.com", StringComparison.Ordinal));
        // What cannot be masked is not in it, and its digest is.
        Assert.DoesNotContain("bodies/003-answer.bin", files.Keys);
        var documents = JsonDocument.Parse(files["bundle.json"]).RootElement.GetProperty("documents");
        Assert.Contains("administrator", documents.EnumerateArray().Single(d => d.Text("kind") == "answer").Text("leftOut"), StringComparison.Ordinal);
        Assert.True(documents[0].GetProperty("masked").GetBoolean());
        using var executive = await given.Product.ClientAsync(PortalRoles.Executive);
        using var refused = await executive.GetAsync($"/api/v1/transactions/{given.Id}/evidence", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("business", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var other = await given.Product.ClientAsync(PortalRoles.Admin, tenantId: 2);
        await other.GetAsync($"/api/v1/transactions/{given.Id}/evidence", HttpStatusCode.NotFound);
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "bodies/001-source.json", "bodies/001-source.json was changed" },
        { "bundle.json", "bundle.json was changed" },
        { "index.html", "index.html was changed" },
        { "manifest.json", "signature does not fit" },
        { "manifest.sig", "signature does not fit" },
        { "-bodies/002-request.xml", "bodies/002-request.xml is missing" },
        { "-manifest.sig", "manifest.sig is missing" },
        { "-manifest.json", "manifest.json is missing" },
        { "-public-key.pem", "public-key.pem is missing" },
        { "+bodies/999-more.json", "bodies/999-more.json was added" },
        { "=public-key.pem", "another key" },
    };

    [Theory, MemberData(nameof(Tampering))]
    public async Task Whatever_is_changed_taken_out_or_added_is_found(string what, string said)
    {
        var files = Unpack(await TakeAsync(given.Product.Client()));
        switch (what[0])
        {
            case '-':
                files.Remove(what[1..]);
                break;
            case '+':
                files[what[1..]] = [1];
                break;
            case '=':
                using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    files[what[1..]] = Encoding.UTF8.GetBytes(other.ExportSubjectPublicKeyInfoPem());
                break;
            default:
                var content = files[what] = [.. files[what]];
                // Within a text, so that it still reads: of the manifest that is the transaction it names.
                var at = what == "manifest.json" ? Encoding.UTF8.GetString(content).IndexOf(given.Id.ToString("D"), StringComparison.Ordinal) : content.Length - 3;
                content[at] ^= 1;
                break;
        }

        var check = await CheckAsync(Pack(files));
        Assert.Contains(check.Problems, p => p.Contains(said, StringComparison.Ordinal));
        Assert.False(check.Sound);
    }

    [Fact]
    public async Task A_bundle_that_somebody_else_signed_is_found_with_the_published_key()
    {
        var files = Unpack(await TakeAsync(given.Product.Client()));
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        files["bodies/001-source.json"] = Encoding.UTF8.GetBytes("""{"number":"1001","total":"1.00"}""");
        files["public-key.pem"] = Encoding.UTF8.GetBytes(forger.ExportSubjectPublicKeyInfoPem());
        var manifest = EvidenceManifest.Read(files["manifest.json"])! with { KeyId = EvidenceKeys.KeyIdOf(forger) };
        manifest = manifest with { Files = [.. manifest.Files.Select(f => new EvidenceFile(f.Path, Convert.ToHexStringLower(SHA256.HashData(files[f.Path])), files[f.Path].Length))] };
        files["manifest.json"] = manifest.Write();
        files["manifest.sig"] = forger.SignData(files["manifest.json"], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Empty((await CheckAsync(Pack(files))).Problems);
        var published = (await given.Product.Client().GetAsync("/api/v1/evidence/keys", HttpStatusCode.OK))[0].Text("pem");
        Assert.Contains("not with the one to compare with", Assert.Single((await CheckAsync(Pack(files), published)).Problems), StringComparison.Ordinal);
        Assert.Empty((await CheckAsync(await TakeAsync(given.Product.Client()), published)).Problems);
    }

    [Fact]
    public async Task A_file_that_unpacks_to_more_than_it_says_is_not_unpacked_and_no_zip_is_said()
    {
        var files = Unpack(await TakeAsync(given.Product.Client()));
        files["bodies/001-source.json"] = new byte[50_000_000];
        Assert.Contains("bodies/001-source.json was changed.", (await CheckAsync(Pack(files))).Problems);
        Assert.StartsWith("It cannot be unpacked", Assert.Single((await CheckAsync(Encoding.UTF8.GetBytes("no zip at all"))).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_tells_by_its_exit_code_and_openssl_agrees()
    {
        var folder = Directory.CreateTempSubdirectory("cp-evidence-").FullName;
        try
        {
            var bundle = await TakeAsync(given.Product.Client());
            var file = Path.Combine(folder, "e.zip");
            await File.WriteAllBytesAsync(file, bundle, Ct);
            Assert.Equal((0, true), await VerbAsync(file));
            var files = Unpack(bundle);
            files["index.html"] = [1];
            await File.WriteAllBytesAsync(Path.Combine(folder, "bad.zip"), Pack(files), Ct);
            Assert.Equal((1, false), await VerbAsync(Path.Combine(folder, "bad.zip")));
            using var errors = new StringWriter();
            Assert.Equal(2, await CommandLineFeature.RunAsync(["verify-evidence"], TextWriter.Null, errors, Ct));
            Assert.Equal(2, await CommandLineFeature.RunAsync(["verify-evidence", file, "--key", "nothing.pem"], TextWriter.Null, errors, Ct));
            using (var zip = new ZipArchive(new MemoryStream(bundle)))
                zip.ExtractToDirectory(folder);
            Process? openssl;
            try
            {
                openssl = Process.Start(new ProcessStartInfo("openssl", "dgst -sha256 -verify public-key.pem -signature manifest.sig manifest.json") { WorkingDirectory = folder, RedirectStandardOutput = true });
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("openssl is not there: the verb was tested alone.");
                return;
            }

            Assert.Contains("Verified OK", await openssl!.StandardOutput.ReadToEndAsync(Ct), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_document_is_shown_and_downloaded_byte_for_byte_or_masked()
    {
        var bodies = given.Product.Services.GetRequiredService<RawBodies>();
        var detail = (await given.Product.Services.GetRequiredService<TransactionReaders>().For(TenantScope.Default).FindAsync(given.Id, Ct))!;
        var (source, binary) = (detail.Documents.Single(d => d.Kind == DocumentKind.Source).PayloadId, detail.Documents.Single(d => d.Kind == DocumentKind.Answer).PayloadId);
        var whole = (await bodies.ReadAsync(TenantScope.Default, given.Id, source, reveal: true, Ct))!;
        Assert.Equal((Source, "UTF-8", 0), (whole.Text, whole.Encoding, whole.Masked));
        Assert.StartsWith("0000  7b 22 6e 75", whole.Hex, StringComparison.Ordinal);
        var masked = (await bodies.ReadAsync(TenantScope.Default, given.Id, source, reveal: false, Ct))!;
        Assert.DoesNotContain("Lovelace", masked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("41 64 61", masked.Hex, StringComparison.Ordinal);
        Assert.Equal(("binary", null, null), ((await bodies.ReadAsync(TenantScope.Default, given.Id, binary, reveal: false, Ct))!.Encoding, (await bodies.ReadAsync(TenantScope.Default, given.Id, binary, reveal: false, Ct))!.Text, (await bodies.ReadAsync(TenantScope.Default, given.Id, binary, reveal: false, Ct))!.Hex));
        // A body of another transaction, or of another tenant, is not there.
        Assert.Null(await bodies.ReadAsync(TenantScope.Default, Guid.CreateVersion7(), source, reveal: true, Ct));
        Assert.Null(await bodies.ReadAsync(new(2), given.Id, source, reveal: true, Ct));

        using var business = await given.Product.ClientAsync(PortalRoles.Business);
        Assert.DoesNotContain("Lovelace", await business.GetStringAsync($"/transactions/{given.Id}/documents/{source}", Ct), StringComparison.Ordinal);
        using var refused = await business.GetAsync($"/transactions/{given.Id}/documents/{binary}", Ct);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var answer = await given.Product.Client().GetAsync($"/transactions/{given.Id}/documents/{source}", Ct);
        Assert.Equal((Source, "application/octet-stream", "attachment"), (await answer.Content.ReadAsStringAsync(Ct), answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.DispositionType));
    }

    [Fact]
    public async Task A_new_key_signs_and_the_old_one_stays_published()
    {
        await using var product = await ProductHost.StartAsync();
        var keys = product.Services.GetRequiredService<EvidenceKeys>();
        var (first, pair) = await keys.SignerAsync(TenantScope.Default, "Ada", Ct);
        pair.Dispose();
        using var api = product.Client();
        await api.SendAsync(HttpMethod.Post, "/api/v1/evidence/keys", null, null, HttpStatusCode.BadRequest);
        var second = (await api.SendAsync(HttpMethod.Post, "/api/v1/evidence/keys", null, "rotate-1", HttpStatusCode.OK)).Text("keyId");
        Assert.NotEqual(first, second);
        // A repeat after a lost answer makes no third one.
        await api.SendAsync(HttpMethod.Post, "/api/v1/evidence/keys", null, "rotate-1", HttpStatusCode.OK);
        Assert.Equal([second, first], (await keys.ListAsync(TenantScope.Default, Ct)).Select(k => k.KeyId));
        await using var context = product.Db.CreateContext();
        var row = await context.EvidenceKeys.FirstAsync(Ct);
        // The private half is not there in the clear.
        using var probe = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => probe.ImportPkcs8PrivateKey(row.Protected, out _));
        using var business = await product.ClientAsync(PortalRoles.Business);
        using var refused = await business.SendAsync(HttpMethod.Post, "/api/v1/evidence/keys", null, "rotate-2");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private async Task<byte[]> TakeAsync(HttpClient client)
    {
        using var answer = await client.GetAsync($"/api/v1/transactions/{given.Id}/evidence", Ct);
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Matches("^evidence-[A-Za-z0-9-]+\\.zip$", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }

    private static Task<EvidenceCheck> CheckAsync(byte[] bundle, string? key = null) => EvidenceVerifier.CheckAsync(new MemoryStream(bundle), key, Ct);

    private static async Task<(int?, bool)> VerbAsync(string file)
    {
        using var output = new StringWriter();
        var code = await CommandLineFeature.RunAsync(["verify-evidence", file, "--json"], output, TextWriter.Null, Ct);
        return (code, JsonDocument.Parse(output.ToString()).RootElement.GetProperty("sound").GetBoolean());
    }

    private static Dictionary<string, byte[]> Unpack(byte[] bundle)
    {
        using var zip = new ZipArchive(new MemoryStream(bundle));
        return zip.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var stream = e.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    private static byte[] Pack(Dictionary<string, byte[]> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }

        return packed.ToArray();
    }
}
