namespace Connectors.Catalog.Starts;

/// <summary>Every beginning, in the order in which people are likely to need them.</summary>
public static class StartingPoints
{
    public static IReadOnlyList<StartingPoint> All { get; } =
    [
        new("http", "HTTP (REST)", "A system with an API of JSON over HTTP, with webhooks or without.", "Address and key of the API, its documentation, and one order as it sends it.", "json api web service") { Topic = "" },
        new("openapi", "OpenAPI description", "A system that publishes an OpenAPI or Swagger document: it is read, and makes the draft.", "The document, as JSON or YAML, up to 5 MB.", "swagger oas import specification rest json") { Opens = StartOpens.Import },
        new("graphql", "GraphQL", "A system that is asked and told by GraphQL.", "Address and key of the API, and the query that lists changed orders.", "query mutation schema api") { Topic = "orders-feed" },
        new("odata", "OData", "An ERP or finance system with an OData service.", "Address and user of the service, and the names of its entity sets.", "erp microsoft sap entity filter api") { Topic = "shipments-feed" },
        new("soap", "SOAP", "A system with a SOAP service, version 1.1 or 1.2.", "Address and user of the service, and its WSDL.", "xml wsdl ws-security web service envelope"),
        new("json-rpc", "JSON-RPC", "A system whose API is calls of methods, several for one thing.", "Address, user and password, and the names of its methods.", "rpc method call session erp") { Topic = "shipments-feed" },
        new("x12", "EDI, ANSI X12", "A trading partner or warehouse with X12 documents, such as 850, 856 and 997.", "The partner's EDI guide, both ids, and a sample interchange.", "edi 850 856 997 940 945 vendor retailer as2 van")
            { SampleSettings = new Dictionary<string, string> { ["ourId"] = "OURSHOP", ["partnerId"] = "PARTNER" } },
        new("edifact", "EDI, EDIFACT", "A trading partner with EDIFACT messages, such as ORDERS, DESADV and CONTRL.", "The partner's EDI guide, both numbers (GLN), and a sample interchange.", "edi orders desadv invoic eancom gln as2 van")
            { SampleSettings = new Dictionary<string, string> { ["ourId"] = "4098765000006", ["partnerId"] = "4012345000009" } },
        new("delimited", "Delimited file (CSV)", "A system that exchanges CSV files, one record a line, in a folder.", "A sample file, the folder and its credentials.", "csv tsv semicolon excel spreadsheet text sftp") { Topic = "order-files" },
        new("fixed-width", "Fixed-width file", "A system that exchanges files whose fields stand at fixed places.", "The description of its records, a sample file, the folder and its credentials.", "flat file record positions mainframe wms text sftp") { Topic = "warehouse-files" },
        new("sftp", "SFTP folder", "A system that puts one JSON or XML document for each order into a folder.", "Address of the server, folders, user with password or key, and a sample document.", "ftp ssh files folder drop json xml documents") { Topic = "order-documents" },
        new("rabbitmq", "RabbitMQ", "A system whose events come by a queue of RabbitMQ and go to an exchange.", "Address and user of the broker, queue and exchange, and a sample message.", "amqp queue exchange broker events messages") { Opens = StartOpens.Broker, Topic = "order.created" },
        new("kafka", "Kafka", "A system whose events come by topics of Kafka and go to one.", "Addresses and user of the brokers, the topics, and a sample message.", "topic stream broker events messages") { Opens = StartOpens.Broker, Topic = "order.created" },
        new("webhook", "Webhook only", "A system that sends its orders by webhook and takes nothing back.", "How its webhooks are signed, and a sample webhook.", "callback push notification event http post") { Topic = "order.created" },
    ];

    /// <summary>Null when there is no such start.</summary>
    public static StartingPoint? Find(string? name) => All.FirstOrDefault(s => s.Name == name);

    internal static bool Fits(string text, string search) =>
        search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
