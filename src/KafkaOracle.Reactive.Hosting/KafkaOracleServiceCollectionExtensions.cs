using KafkaOracle.Reactive;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what pipelines in a host need.</summary>
public static class KafkaOracleServiceCollectionExtensions
{
    private const string DeadLetters = "DeadLetters";

    /// <summary>Adds a <see cref="KafkaSource"/> and an <see cref="OracleStore"/>, set up by the configuration's sections <c>Kafka</c> and <c>Oracle</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// <c>Kafka</c> holds <see cref="KafkaSourceOptions"/>, with <c>Kafka:Config</c> for any setting of the client by its property of
    /// <c>ConsumerConfig</c> or by its own name; <c>Oracle</c> holds <see cref="OracleStoreOptions"/>; <c>DeadLetters</c>, where it is there,
    /// <see cref="DeadLetterOptions"/>; <c>Pipelines:&lt;name&gt;</c> holds
    /// <see cref="PipelineOptions"/> and <see cref="HostedPipelineOptions"/> of a pipeline. Keys that are no option are faults.
    /// </param>
    /// <returns>Takes the pipelines.</returns>
    /// <remarks>
    /// All faults of all options come as one <see cref="OptionsValidationException"/> when the host starts, before anything connects. A
    /// <c>Configure</c> of these options that is registered later goes before the configuration. An <see cref="IMessageSource"/> or
    /// <see cref="IEpochStore"/> registered earlier is used in place of Kafka or Oracle.
    /// </remarks>
    public static KafkaOracleBuilder AddKafkaOracle(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        Add(services, configuration.GetSection("Kafka"), static (KafkaSourceOptions options) => _ = new KafkaSource(options));
        Add(services, configuration.GetSection("Oracle"), static (OracleStoreOptions options) => _ = new OracleStore(options));
        var builder = Core(services, configuration);
        // Faults of the values themselves are the store's to tell, which knows the servers by then.
        Add(services, configuration.GetSection(DeadLetters), static (DeadLetterOptions _) => { });
        return configuration.GetSection(DeadLetters).Exists() ? builder.AddDeadLetters() : builder;
    }

    /// <summary>Adds a <see cref="KafkaSource"/> and an <see cref="OracleStore"/>, set up by code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="kafka">Sets up the source.</param>
    /// <param name="oracle">Sets up the store.</param>
    /// <returns>Takes the pipelines.</returns>
    /// <inheritdoc cref="AddKafkaOracle(IServiceCollection, IConfiguration)" path="/remarks"/>
    public static KafkaOracleBuilder AddKafkaOracle(this IServiceCollection services, Action<KafkaSourceOptions> kafka, Action<OracleStoreOptions> oracle)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Configure(kafka);
        services.Configure(oracle);
        return Core(services, null);
    }

    private static void Add<T>(IServiceCollection services, IConfigurationSection section, Action<T> use) where T : class, new()
    {
        var options = new SectionOptions<T>(section, use);
        services.AddSingleton<IConfigureOptions<T>>(options);
        services.AddSingleton<IValidateOptions<T>>(options);
    }

    private static KafkaOracleBuilder Core(IServiceCollection services, IConfiguration? configuration)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton<PipelineMetrics>();
        services.TryAddSingleton(s => new KafkaSource(s.GetRequiredService<IOptions<KafkaSourceOptions>>().Value, s.GetRequiredService<ILogger<KafkaSource>>()));
        services.TryAddSingleton(s => new OracleStore(s.GetRequiredService<IOptions<OracleStoreOptions>>().Value, s.GetRequiredService<ILogger<OracleStore>>()));
        services.TryAddSingleton<IMessageSource>(s => s.GetRequiredService<KafkaSource>());
        services.TryAddSingleton<IEpochStore>(s => s.GetRequiredService<OracleStore>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StartupCheck.Subject>, StartupCheck>());
        services.AddOptions<StartupCheck.Subject>().ValidateOnStart();
        return new(services, configuration);
    }
}
