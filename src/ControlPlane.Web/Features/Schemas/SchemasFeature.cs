namespace ControlPlane.Web.Features.Schemas;

public static class SchemaPagesFeature
{
    public static WebApplicationBuilder AddSchemaPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SchemaDesk>();
        return builder;
    }
}
