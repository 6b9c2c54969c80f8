using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Reviews.Sources;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Reviews;

/// <summary>The review clock, what stands on it, and runbooks.</summary>
public static class ReviewsFeature
{
    public static IServiceCollection AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<IEstateKind, RunbookKind>();
        services.AddSingleton<Runbooks>();
        services.AddSingleton<IReviewableSource, ConnectionReviewables>();
        services.AddSingleton<IReviewableSource, MappingReviewables>();
        services.AddSingleton<IReviewableSource, OwnershipReviewables>();
        services.AddSingleton<IReviewableSource, CauseReviewables>();
        services.AddSingleton<IReviewableSource, RunbookReviewables>();
        services.AddSingleton<IReviewableSource, ObjectiveReviewables>();
        services.AddSingleton(s => Options.Create(s.GetRequiredService<IOptions<ControlPlaneOptions>>().Value.Reviews));
        services.AddSingleton<ReviewStore>();
        services.AddSingleton<ReviewBoard>();
        services.AddSingleton<IReviews>(s => s.GetRequiredService<ReviewBoard>());
        services.AddSingleton<IReviewDebt>(s => s.GetRequiredService<ReviewBoard>());
        return services;
    }
}
