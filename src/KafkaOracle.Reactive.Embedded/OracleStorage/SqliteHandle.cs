using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>A failed SQLite call: its extended result code and message.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary>One SQLite connection, used by one thread at a time. Values go in and out as spans, without objects in between.</summary>
internal sealed unsafe class SqliteHandle : IDisposable
{
    private const int ProgressEvery = 20_000;
    private const int ConfigMemoryStatistics = 9;
    private const int ConfigLookaside = 1001;
    private const int StatusDeferredForeignKeys = 10;
    private const int LookasideSlot = 1200;
    private const int LookasideSlots = 1000;
    private readonly sqlite3 _handle;
    private readonly nint _native;
    private GCHandle _self;

    static SqliteHandle()
    {
        Batteries_V2.Init();
        // Statistics of memory cost a lock for every allocation. Refused when somebody has used SQLite before: it works without.
        _ = raw.sqlite3_config(ConfigMemoryStatistics, 0);
    }

    public SqliteHandle(string file, bool durable)
    {
        Check(raw.sqlite3_open_v2(file, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null));
        _native = _handle.DangerousGetHandle();
        // Prepared statements take up the small allocations that a connection sets aside; without enough of them every bind allocates.
        _ = raw.sqlite3_db_config(_handle, ConfigLookaside, IntPtr.Zero, LookasideSlot, LookasideSlots);
        raw.sqlite3_busy_timeout(_handle, 30_000);
        Execute("PRAGMA journal_mode=WAL");
        Execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        Execute("PRAGMA cache_size=-16000");
        Execute("PRAGMA temp_store=MEMORY");
    }

    public sqlite3 Handle => _handle;

    public long Changes => NativeStatement.sqlite3_changes(_native);

    public long LastInsertRowId => NativeStatement.sqlite3_last_insert_rowid(_native);

    /// <summary>Whether the open transaction could not be committed: a row that is referenced is not there.</summary>
    public bool HasBrokenForeignKeys => raw.sqlite3_db_status(_handle, StatusDeferredForeignKeys, out var broken, out _, 0) == raw.SQLITE_OK && broken != 0;

    /// <summary>Whether no transaction is open.</summary>
    public bool IsAutoCommit => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>Told of every row that a statement inserts, updates or deletes; null: nobody is.</summary>
    public Transaction? Observer { get; private set; }

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

    public void Observe(Transaction? observer)
    {
        if (!_self.IsAllocated)
        {
            _self = GCHandle.Alloc(this, GCHandleType.Weak);
            NativeStatement.sqlite3_update_hook(_native, &Changed, GCHandle.ToIntPtr(_self));
        }
        Observer = observer;
    }

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
        if (_self.IsAllocated) _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Changed(nint data, int operation, byte* database, byte* table, long row)
    {
        // Temporary tables are nobody else's business.
        if (*database != (byte)'m') return;
        ((SqliteHandle)GCHandle.FromIntPtr(data).Target!).Observer?.Touch(operation == raw.SQLITE_INSERT, row);
    }
}

/// <summary>A prepared statement of a <see cref="SqliteHandle"/>.</summary>
internal sealed unsafe class SqliteStatement(SqliteHandle connection, sqlite3_stmt statement) : IDisposable
{
    private readonly nint _native = statement.DangerousGetHandle();

    public int Columns { get; } = raw.sqlite3_column_count(statement);

    public int Parameters { get; } = raw.sqlite3_bind_parameter_count(statement);

    /// <summary>True when there is a row, false at the end. After a failure the statement is reset.</summary>
    public bool Step()
    {
        var code = NativeStatement.sqlite3_step(_native);
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

    /// <summary>Steps to the end and resets.</summary>
    public void Run()
    {
        while (Step()) { }
        Reset();
    }

    public void Reset() => _ = NativeStatement.sqlite3_reset(_native);

    public void BindNull(int parameter) => connection.Check(NativeStatement.sqlite3_bind_null(_native, parameter));

    public void BindInteger(int parameter, long value) => connection.Check(NativeStatement.sqlite3_bind_int64(_native, parameter, value));

    public void BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* bytes = utf8) connection.Check(NativeStatement.sqlite3_bind_text(_native, parameter, bytes, utf8.Length, NativeStatement.Transient));
    }

    public void BindBlob(int parameter, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes) connection.Check(NativeStatement.sqlite3_bind_blob(_native, parameter, pointer, bytes.Length, NativeStatement.Transient));
    }

    /// <summary>Binds text in place: it must not move or change until the parameter is bound again.</summary>
    public void BindPinnedText(int parameter, ReadOnlySpan<byte> utf8) =>
        connection.Check(NativeStatement.bind_static_text(_native, parameter, Address(utf8), utf8.Length, NativeStatement.Static));

    /// <summary>Binds bytes in place: they must not move or change until the parameter is bound again.</summary>
    public void BindPinnedBlob(int parameter, ReadOnlySpan<byte> bytes) =>
        connection.Check(NativeStatement.bind_static_blob(_native, parameter, Address(bytes), bytes.Length, NativeStatement.Static));

    public bool IsNull(int column) => NativeStatement.sqlite3_column_type(_native, column) == raw.SQLITE_NULL;

    public bool IsText(int column) => NativeStatement.sqlite3_column_type(_native, column) == raw.SQLITE_TEXT;

    public long Integer(int column) => NativeStatement.sqlite3_column_int64(_native, column);

    /// <summary>The bytes of a blob, or of a text in UTF-8; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => new(NativeStatement.sqlite3_column_blob(_native, column), NativeStatement.sqlite3_column_bytes(_native, column));

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Dispose() => statement.Dispose();

    private static byte* Address(ReadOnlySpan<byte> pinned) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
}
