using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A failed SQLite call: its extended result code and message.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary>One SQLite connection, used by one thread at a time. Values go in and out as spans, without objects in between.</summary>
internal sealed class SqliteHandle : IDisposable
{
    private const int ProgressEvery = 20_000;
    private readonly sqlite3 _handle;

    static SqliteHandle() => Batteries_V2.Init();

    public SqliteHandle(string file, bool durable)
    {
        Check(raw.sqlite3_open_v2(file, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null));
        raw.sqlite3_busy_timeout(_handle, 30_000);
        Execute("PRAGMA journal_mode=WAL");
        Execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        Execute("PRAGMA cache_size=-16000");
        Execute("PRAGMA temp_store=MEMORY");
    }

    public sqlite3 Handle => _handle;

    public long Changes => raw.sqlite3_changes(_handle);

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(_handle);

    /// <summary>Asked now and then while a statement runs; true interrupts it.</summary>
    public void OnProgress(Func<bool> interrupt) => raw.sqlite3_progress_handler(
        _handle,
        ProgressEvery,
        _ =>
        {
            try
            {
                return interrupt() ? 1 : 0;
            }
            catch (Exception)
            {
                // Nothing may be thrown through SQLite; whoever cannot answer has lost its client.
                return 1;
            }
        },
        null);

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step()) { }
    }

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return new SqliteStatement(this, statement);
    }

    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE) return;
        throw new SqliteFailure(raw.sqlite3_extended_errcode(_handle), raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose()
    {
        raw.sqlite3_progress_handler(_handle, 0, null, null);
        _handle.Dispose();
    }
}

/// <summary>A prepared statement of a <see cref="SqliteHandle"/>.</summary>
internal sealed class SqliteStatement(SqliteHandle connection, sqlite3_stmt statement) : IDisposable
{
    public int Columns { get; } = raw.sqlite3_column_count(statement);

    public int Parameters { get; } = raw.sqlite3_bind_parameter_count(statement);

    /// <summary>True when there is a row, false at the end. After a failure the statement is reset.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE)
        {
            try
            {
                connection.Check(code);
            }
            finally
            {
                Reset();
            }
        }
        return false;
    }

    public void Reset() => raw.sqlite3_reset(statement);

    public void BindNull(int parameter) => connection.Check(raw.sqlite3_bind_null(statement, parameter));

    public void BindText(int parameter, ReadOnlySpan<byte> utf8) => connection.Check(raw.sqlite3_bind_text(statement, parameter, utf8));

    public void BindBlob(int parameter, ReadOnlySpan<byte> bytes) => connection.Check(raw.sqlite3_bind_blob(statement, parameter, bytes));

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes of a blob, or of a text in UTF-8; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();
}
