using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>What happens when a pipeline has failed and is not run again.</summary>
public enum FaultAction
{
    /// <summary>The host stops, the other pipelines drained, and its run ends with the pipeline's error.</summary>
    StopHost,

    /// <summary>The pipeline stays down and unhealthy. The host and its other pipelines run on.</summary>
    StopPipeline,
}

/// <summary>How a host treats a pipeline.</summary>
public sealed class HostedPipelineOptions
{
    /// <summary>What happens when the pipeline has failed and is not run again.</summary>
    /// <value>The default is <see cref="FaultAction.StopHost"/>.</value>
    [EnumDataType(typeof(FaultAction))]
    public FaultAction OnFault { get; set; } = FaultAction.StopHost;

    /// <summary>How often in a row a run that failed with an error that may pass is followed by another. A run that has committed an epoch begins the count anew.</summary>
    /// <value>0 to 2,147,483,647. The default is 0: none.</value>
    [Range(0, int.MaxValue)]
    public int MaxRestarts { get; set; }

    /// <summary>The pause before the first restart. It doubles with each further one in a row, give or take a random part.</summary>
    /// <value>1 millisecond to 1 day. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before a restart.</summary>
    /// <value>1 millisecond to 1 day. The default is 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether an error may pass by itself, so that another run can succeed with nothing changed. Of a <see cref="LaneFailedException"/> it is asked about the cause.</summary>
    /// <value>
    /// The default is true for a <see cref="KafkaSourceException"/>, <see cref="OracleStoreException"/>, <see cref="DeadLetterException"/> or
    /// <see cref="DecoderUnavailableException"/> that says it is transient.
    /// </value>
    [Required]
    public Func<Exception, bool> IsTransient { get; set; } = static fault => fault is KafkaSourceException { IsTransient: true } or OracleStoreException { IsTransient: true }
        or DeadLetterException { IsTransient: true } or DecoderUnavailableException { IsTransient: true };
}

[OptionsValidator]
internal sealed partial class HostedPipelineOptionsValidator : IValidateOptions<HostedPipelineOptions>;
