using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

internal static class WmsClient
{
    public static Task<Answered> WmsAsync(this SandboxRig rig, HttpMethod method, string path, JsonObject? body = null, params (string, string)[] headers) =>
        rig.SendAsync(method, path, body, [("Authorization", $"Bearer {rig.Options.Secrets.WmsApiKey}"), .. headers]);

    public static Task<Answered> InstructAsync(this SandboxRig rig, string reference, string? key = null) => rig.WmsAsync(
        HttpMethod.Post,
        "/wms/v1/orders",
        new JsonObject
        {
            ["reference"] = reference,
            ["lines"] = new JsonArray(
                new JsonObject { ["lineRef"] = "L1", ["sku"] = "MUG-BLU-35", ["quantity"] = 2 },
                new JsonObject { ["lineRef"] = "L2", ["sku"] = "CHR-OAK-02", ["quantity"] = 1 }),
            ["shipTo"] = new JsonObject { ["name"] = "Mara Fintel", ["line1"] = "Amselpfad 3", ["city"] = "Hamburg", ["postalCode"] = "20000", ["countryCode"] = "DE" },
        },
        key is null ? [] : [("Idempotency-Key", key)]);

    /// <summary>Lets the warehouse work until so many webhooks have come.</summary>
    public static async Task<List<ReceivedWebhook>> ToldAsync(this SandboxRig rig, int count)
    {
        var told = new List<ReceivedWebhook>();
        while (told.Count < count)
        {
            told.Add(await rig.PassAsync(rig.Inbox.NextAsync(TestContext.Current.CancellationToken), TimeSpan.FromSeconds(30)));
            await rig.SettledAsync("wms");
        }

        return told;
    }

    public static string Type(this ReceivedWebhook webhook) => webhook.Json["type"]!.GetValue<string>();
}
