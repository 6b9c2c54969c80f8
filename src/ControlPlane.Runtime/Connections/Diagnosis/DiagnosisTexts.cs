using System.Collections.Frozen;

namespace ControlPlane.Runtime.Connections.Diagnosis;

/// <param name="Code">Stable.</param>
/// <param name="Why">What was found. <c>{system}</c>, <c>{host}</c>, <c>{port}</c>, <c>{status}</c> and <c>{detail}</c> are filled in.</param>
/// <param name="Check">What to do about it.</param>
public sealed record DiagnosisText(string Code, string Why, string Check);

/// <summary>Every finding of a connection test, in words that an admin understands. An approved file holds the same table: who changes a text reads it there once more.</summary>
public static class DiagnosisTexts
{
    public static IReadOnlyList<DiagnosisText> All { get; } =
    [
        new("connection.incomplete", "{detail}", "Complete the settings that are named."),

        new("name.unknown", "There is no host by the name {host}.", "Check the address for a typing error. A name that only your own network knows has to be known to this machine, too."),
        new("address.refused", "{host} stands in a private network, and this connection may not call there.", "If the system stands in your own network, tick 'It stands in our own network'. Otherwise the address is wrong."),

        new("port.refused", "{host} is there, and nobody listens on port {port}.", "Check the port in the address, and whether the system runs."),
        new("port.silent", "{host} does not answer on port {port}: a firewall drops what is sent, or the host is off.", "Ask whoever runs the firewall to let this machine through to {host}, port {port}."),
        new("port.unreachable", "There is no way from this machine to {host}.", "Check the network of this machine, and the address."),

        new("certificate.name", "The certificate of {host} is made out to another name: {detail}.", "Use one of these names in the address, or ask the operator for a certificate for {host}."),
        new("certificate.expired", "The certificate of {host} expired on {detail}.", "Ask the operator to renew it. Nothing is sent before that."),
        new("certificate.not_yet", "The certificate of {host} is not valid before {detail}.", "Check the clock of this machine; if it is right, ask the operator."),
        new("certificate.self_signed", "{host} signed its certificate itself, so nobody vouches for it.", "Ask the operator for a certificate of a known authority, or give theirs as the connection's private authority where the connector has that setting."),
        new("certificate.unknown_authority", "The certificate of {host} comes from an authority that this machine does not know: {detail}.", "Install that authority on this machine, or give it as the connection's private authority where the connector has that setting. If the operator left out an intermediate certificate, they have to add it."),
        new("certificate.revoked", "The certificate of {host} was revoked.", "Do not send credentials there. Ask the operator."),
        new("certificate.not_spoken", "Port {port} of {host} does not speak TLS.", "Check the port, and whether the address should begin with http://."),
        new("certificate.own_unreadable", "{detail}", "Enter the client certificate or the authority again, whole and in PEM form."),

        new("answer.not_http", "{host} took the connection and broke it off without an answer in HTTP.", "Check the port, and whether the address should begin with https://."),
        new("answer.slow", "{system} took the question and gave no answer within {detail}.", "Try again. If it stays like this, ask the operator, or give the connection a longer timeout."),
        new("answer.too_large", "{system} sent more than one answer may hold.", "Ask for smaller pages where the connector has such a setting."),
        new("answer.not_found", "{host} answers, and has nothing at this place (404).", "Check the path in the address, the version of the API in it, and settings such as the number of the shop."),
        new("answer.refused", "{system} refused the question with {status}.", "Read what it says below, and check the settings that stand in it."),
        new("answer.limited", "{system} limits the rate of calls (429).", "Wait some minutes, and look whether another program uses the same account."),
        new("answer.closed", "{system} says that it is closed for now ({status}).", "Try again when its maintenance is over."),
        new("answer.failing", "{system} failed by itself ({status}).", "Try again; if it stays like this, ask the operator. What was entered here is not known to be wrong."),
        new("answer.moved", "{system} sends us on to another address ({detail}), which is not followed with credentials.", "If that is the right one, enter it as the address."),
        new("answer.sign_in_page", "{system} leads to a page on which people sign in, in place of an answer.", "The address is that of the portal and not of the API, or the API is not enabled for this account."),
        new("answer.html", "{system} answered with a web page, not with data.", "Check the path in the address: it should be that of the API."),
        new("answer.not_readable", "{system} answered with something that holds no list where the connector expects one.", "Look at the answer below. Check the path and the version of the API, or correct the connector."),
        new("answer.budget", "Our own count says that the budget of {system} is used up for now.", "Wait a minute; the test draws on the same budget as the work."),

        new("sign_in.refused", "{system} does not accept the credentials ({status}).", "Check what was entered, for spaces at its ends, too, and whether it is for this environment (test or production)."),
        new("sign_in.not_allowed", "{system} knows us and does not allow this (403).", "Give the account or the app the permission that reading orders needs; some systems want it to be installed anew afterwards."),
        new("sign_in.no_token", "The token address answered without a token.", "Check the token address: it is often another host than the API's."),
        new("sign_in.wrong_address", "There is nothing at the token address ({status}).", "Check the token address: it is often another host than the API's."),
        new("sign_in.client_unknown", "The sign-in does not know this client id, or its secret is wrong (invalid_client).", "Check client id and secret, and whether the secret has expired there."),
        new("sign_in.scope", "The sign-in does not give the permissions that are asked for (invalid_scope).", "Grant the app the scope that stands in the settings, or correct the scope."),
        new("sign_in.grant", "The sign-in does not accept this way of signing in, or the refresh token is used up or revoked ({detail}).", "Authorise the app anew, and enter the new refresh token."),
        new("sign_in.token_refused", "The sign-in gives no token for our credentials ({status}).", "Check client id, secret or key, and scope."),

        new("sftp.host_key_unknown", "{detail}", "Ask the operator for the fingerprint of the host key on another way, and enter it only if it is the same."),
        new("sftp.host_key_wrong", "{detail}", "Do not enter the new fingerprint before the operator has confirmed it."),
        new("sftp.login_refused", "{detail}", "Ask the operator whether the user may sign in this way."),
        new("sftp.no_answer", "{host} took the connection on port {port} and does not speak SFTP.", "Check the port: SFTP usually has 22, and FTP is something else."),
        new("sftp.no_such_folder", "{detail}", "Create the folder there, or correct the setting."),
        new("sftp.not_allowed", "{detail}", "Ask the operator for the right to read and write there."),

        new("queue.not_reached", "{detail}", "Check host and port of the broker, and whether it runs."),
        new("queue.refused", "{detail}", "Check user, password and the name of the queue or topic, and what the user may do."),
        new("queue.silent", "The broker took the connection and did not accept us within {detail}.", "Check the port and whether the broker expects TLS there; then ask its operator."),

        new("webhooks.not_listed", "The subscriptions of webhooks cannot be read: {detail}", "Give the account the permission to manage webhooks. Until then subscribe by hand."),

        new("other", "{detail}", "Read what was found, and ask the operator of the system if it stays like this."),
    ];

    private static readonly FrozenDictionary<string, DiagnosisText> _byCode = All.ToFrozenDictionary(t => t.Code, StringComparer.Ordinal);

    /// <summary>The text of a code; that of <c>other</c> for one that has none of its own.</summary>
    public static DiagnosisText Of(string code) => _byCode.GetValueOrDefault(code) ?? _byCode["other"];
}
