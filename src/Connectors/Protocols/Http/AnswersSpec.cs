using Connectors.Protocols.Http.Feeds;

namespace Connectors.Protocols.Http;

/// <summary>Where the sender of a delivery is told what became of it: <c>answers:</c> of the manifest.</summary>
/// <param name="Path">May hold <c>{answer.name}</c> and <c>{settings.name}</c>; the same answer has the same path, so that sending it again changes nothing.</param>
public sealed record AnswersSpec(HttpMethod Method, FeedPath Path);
