using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Oracle.ManagedDataAccess.Client;
using Polly;

namespace KafkaOracle.Reactive;

/// <summary>Oracle as the home of a pipeline's tables and of its ledger. It may serve any number of pipelines.</summary>
public sealed partial class OracleStore : IEraStore, ILeaseStore
{
    private readonly OracleStoreOptions _options;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, ResiliencePipeline> _breakers = new();
    private readonly ResiliencePipeline _opening;

    /// <summary>A store; nothing connects yet.</summary>
    /// <param name="options">Copied.</param>
    /// <param name="logger">Told of tables created, retries and failures; null for none.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are missing or out of their ranges; all of them are listed.</exception>
    public OracleStore(OracleStoreOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _logger) = (options.Validated(), logger.WithoutFailures());
        _opening = EpochRetry.Opening(_options, _logger);
    }

    /// <summary>A store with the default options.</summary>
    /// <param name="connectionString">The driver's connection string.</param>
    public OracleStore(string connectionString) : this(new OracleStoreOptions { ConnectionString = connectionString }) { }

    /// <inheritdoc/>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses the user, or tables do not fit or cannot be created.</exception>
    /// <exception cref="ArgumentException">A table is not an <see cref="OracleTable"/>.</exception>
    public Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, CancellationToken stop) => OpenAsync(pipeline, tables, null, stop);

    private async Task<IEpochWriter> OpenAsync(string pipeline, IReadOnlyList<ITable> tables, Guid? lease, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeline);
        ArgumentNullException.ThrowIfNull(tables);
        foreach (var table in tables)
            if (table is not OracleTable) throw new ArgumentException($"Table {table.Name} is a {table.GetType().Name}; Oracle takes an OracleTable.", nameof(tables));
        if (pipeline.Length > LedgerRecord.PipelineLength) throw new ArgumentException($"The name of a pipeline has at most {LedgerRecord.PipelineLength} characters.", nameof(pipeline));
        if (tables.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"Table {twice.Key} is named twice.", nameof(tables));
        var rejects = RejectsTable.For(pipeline);
        if (tables.FirstOrDefault(t => t.Name == rejects.Name || t.Name == LedgerTable.Table.Name || t.Name == LeasesTable.Table.Name) is { } taken)
            throw new ArgumentException($"Table {taken.Name} is the pipeline's own; the query must write another.", nameof(tables));

        OracleTable[] targets = [.. tables.Cast<OracleTable>()];
        return await _opening.ExecuteAsync(async again => await OpenAsync(pipeline, targets, rejects, lease, again), stop);
    }

    private async Task<IEpochWriter> OpenAsync(string pipeline, OracleTable[] targets, OracleTable<RejectRecord> rejects, Guid? lease, CancellationToken stop)
    {
        var connection = await ConnectAsync(_options, stop);
        try
        {
            await TableCheck.EnsureAsync(connection, [LedgerTable.Table, rejects, .. targets, .. targets.Select(t => t.Staging).OfType<OracleTable>()], _options, _logger, stop);
            await EmptyStagingAsync(connection, pipeline, targets, stop);
            var ledger = await LedgerTable.ReadAsync(connection, pipeline, stop);
            return new OracleEpochWriter(pipeline, _options, _logger, connection, targets, rejects, ledger, lease, _breakers.GetOrAdd(pipeline, static (_, options) => EpochRetry.Breaker(options), _options));
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            if (fault is OracleException) throw _options.Policy.Explain($"Oracle refused to open pipeline '{pipeline}': ", fault, "Nothing was written.");
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="OracleStoreException">The server cannot be reached or refuses the user, or tables do not fit or cannot be created.</exception>
    /// <exception cref="ArgumentException">A table is not an <see cref="OracleTable"/>, or rows are written in a way by which eras share them.</exception>
    /// <remarks>A table of another name gets an era column, <c>ERA_START</c>, where the one of the query has none; in its key, where rows are upserted.</remarks>
    public async Task<IEraWriter> OpenErasAsync(string pipeline, IReadOnlyList<EraTable> tables, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeline);
        ArgumentNullException.ThrowIfNull(tables);
        (OracleTable Source, OracleTable Target)[] targets = [.. tables.Select(t => t.Table is OracleTable table
            ? (table, table.ForEras(t.Name)) : throw new ArgumentException($"Table {t.Table.Name} is a {t.Table.GetType().Name}; Oracle takes an OracleTable.", nameof(tables)))];
        return await _opening.ExecuteAsync(async again => await OpenErasAsync(pipeline, targets, RejectsTable.For(pipeline), again), stop);
    }

    private async Task<IEraWriter> OpenErasAsync(string pipeline, (OracleTable Source, OracleTable Target)[] targets, OracleTable<RejectRecord> rejects, CancellationToken stop)
    {
        var connection = await ConnectAsync(_options, stop);
        try
        {
            await TableCheck.EnsureAsync(connection, [LedgerTable.Table, ErasTable.Table, rejects, .. targets.Select(t => t.Target)], _options, _logger, stop);
            return new OracleEraWriter(pipeline, _options, connection, targets, rejects, await LedgerTable.ReadAsync(connection, pipeline, stop));
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            if (fault is OracleException) throw _options.Policy.Explain($"Oracle refused to open pipeline '{pipeline}': ", fault, "Nothing was written.");
            throw;
        }
    }

    /// <summary>The rejects of a pipeline, to be replayed.</summary>
    /// <param name="pipeline">The pipeline's name. Its table of rejects must be there: it is once the pipeline has been opened.</param>
    public Rejects Rejects(string pipeline)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeline);
        return new(pipeline, _options);
    }

    // A peer that is gone without a word is noticed within three of these and the probes that the system sends.
    private const int KeepAliveSeconds = 30;

    internal static async Task<OracleConnection> ConnectAsync(OracleStoreOptions options, CancellationToken stop)
    {
        OracleConnection? connection = null;
        var where = "";
        try
        {
            var parts = new OracleConnectionStringBuilder(options.ConnectionString);
            where = $" at {parts.DataSource} as user {parts.UserID}";
            connection = new OracleConnection(options.ConnectionString) { KeepAlive = true, KeepAliveTime = KeepAliveSeconds, KeepAliveInterval = KeepAliveSeconds };
            await connection.OpenAsync(stop);
            return connection;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (connection is not null) await connection.DisposeAsync();
            if (fault is ArgumentException) throw new OracleStoreException($"Cannot connect to Oracle{where}: the connection string is not one.");     // the driver's message may quote it
            var refused = options.Policy.Explain($"Cannot connect to Oracle{where}: ", fault);
            // Whatever it was on the way: no session is to be had, for as long as it takes.
            throw refused.Kind == OracleErrorKind.Transient ? new OracleStoreException(refused.Message, fault, refused.Number, OracleErrorKind.Resource) : refused;
        }
    }
}
