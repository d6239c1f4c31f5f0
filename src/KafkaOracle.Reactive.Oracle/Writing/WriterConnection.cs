using System.Data;
using Oracle.ManagedDataAccess.Client;

namespace KafkaOracle.Reactive;

/// <summary>A writer's connection, made when it is needed and replaced when it fails.</summary>
internal sealed class WriterConnection(OracleStoreOptions options, OracleConnection first) : IDisposable
{
    private OracleConnection? _connection = first;

    public bool IsLost => _connection is { State: not ConnectionState.Open };

    public async ValueTask<OracleConnection> OpenAsync(CancellationToken stop)
    {
        if (IsLost) Dispose();
        return _connection ??= await OracleStore.ConnectAsync(options, stop);
    }

    /// <summary>Gives up a connection that a call still waits on: closing it may wait as well.</summary>
    public void Abandon()
    {
        if (_connection is not { } silent) return;
        _connection = null;
        _ = Task.Run(() =>
        {
            try
            {
                silent.Dispose();
            }
            catch (Exception)
            {
                return;                                         // nobody waits for it any more
            }
        });
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
