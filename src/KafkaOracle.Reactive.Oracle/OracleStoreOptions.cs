using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive;

/// <summary>How rows and ledger are written to Oracle.</summary>
public sealed class OracleStoreOptions
{
    /// <summary>The driver's connection string: user, password, data source, and whatever else ODP.NET understands. It never appears in messages or logs.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "ConnectionString is missing.")]
    public string ConnectionString { get; set; } = "";

    /// <summary>Whether tables that are missing are created from their row types. The ledger and the rejects are tables too.</summary>
    /// <value>The default is true.</value>
    public bool CreateTables { get; set; } = true;

    /// <summary>Epochs that may wait behind the one being committed; the lane waits when there are more.</summary>
    /// <value>1 to 100. The default is 2.</value>
    [Range(1, 100)]
    public int QueuedEpochs { get; set; } = 2;

    /// <summary>Most rows in one array-bound statement.</summary>
    /// <value>1 to 65,535, the most errors that the server reports of one statement. The default is 20,000.</value>
    [Range(1, 65_535)]
    public int ArrayRows { get; set; } = 20_000;

    /// <summary>How long a statement may take. It is cancelled then; a server that does not answer to that within 15 seconds either loses the connection.</summary>
    /// <value>1 second to 1 day. The default is 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the answer to COMMIT is waited for. Then the connection is given up, and the ledger is asked over a new one how it ended.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes: a slow commit is waited for.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an epoch is tried again after errors that pass by themselves, as a lost connection, before the run fails.</summary>
    /// <value>0 to 1 day. The default is 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RetryTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a run is held up by a database that lacks space, sessions or a listener, before it fails.</summary>
    /// <value>0 to 3650 days; null: for as long as it takes. The default is null.</value>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan? ResourceTimeout { get; set; }

    /// <summary>Codes that mean something else than <see cref="OracleErrorPolicy.Table"/> says, or that it does not have: those of a trigger of your own, for example.</summary>
    /// <value>The default is empty. In the configuration: <c>"ErrorKinds": { "20001": "Data" }</c>.</value>
    public IDictionary<int, OracleErrorKind> ErrorKinds { get; private set; } = new Dictionary<int, OracleErrorKind>();

    /// <summary>Where the time of the machine comes from, for retries.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    [Required]
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal OracleErrorPolicy Policy { get; private set; } = new();

    internal OracleStoreOptions Validated()
    {
        var copy = (OracleStoreOptions)MemberwiseClone();
        copy.ErrorKinds = new Dictionary<int, OracleErrorKind>(ErrorKinds);
        copy.Policy = new(copy.ErrorKinds);
        var result = new OracleStoreOptionsValidator().Validate(nameof(OracleStoreOptions), copy);
        if (result.Failed) throw new OptionsValidationException(nameof(OracleStoreOptions), typeof(OracleStoreOptions), result.Failures!);
        return copy;
    }
}

[OptionsValidator]
internal sealed partial class OracleStoreOptionsValidator : IValidateOptions<OracleStoreOptions>;
