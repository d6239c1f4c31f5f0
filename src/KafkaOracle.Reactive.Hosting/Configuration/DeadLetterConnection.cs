using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>Dead letters go to the servers that messages come from, unless others are named.</summary>
internal sealed class DeadLetterConnection(IOptions<KafkaSourceOptions> kafka) : IPostConfigureOptions<DeadLetterOptions>
{
    public void PostConfigure(string? name, DeadLetterOptions options) => options.ConnectLike(kafka.Value);
}
