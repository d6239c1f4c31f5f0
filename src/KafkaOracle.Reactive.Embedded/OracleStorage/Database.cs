using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The shared database: a SQLite file in WAL mode, so that readers see the last committed state while one session writes, and the data
/// dictionary. A file of its own is temporary, in memory where the system offers that, and deleted with the database.
/// </summary>
internal sealed class Database : IDisposable
{
    private const string MemoryDirectory = "/dev/shm";
    private readonly string _file;
    private readonly bool _isTemporary;
    private readonly FileStream? _owner;
    private volatile Catalog _catalog;

    public Database(string? file, string schema, bool canCreateTables)
    {
        _isTemporary = file == null;
        _file = file ?? Path.Combine(Directory.Exists(MemoryDirectory) ? MemoryDirectory : Path.GetTempPath(), $"embedded-oracle-{Guid.NewGuid():N}.db");
        // The data dictionary is in this process's memory: a second one on the same file would not know what changes.
        if (!_isTemporary) _owner = new FileStream(_file + "-owner", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        CanCreateTables = canCreateTables;
        _catalog = Catalog.Empty(schema);
        try
        {
            using var connection = Open();
            connection.Execute("CREATE TABLE IF NOT EXISTS \"ora$ddl\" (id INTEGER PRIMARY KEY, text, next_name)");
            Load(connection);
        }
        catch (SqliteFailure e)
        {
            _owner?.Dispose();
            throw new IOException($"The database file '{_file}' cannot be used: {e.Message}.", e);
        }
    }

    public Catalog Catalog
    {
        get => _catalog;
        set => _catalog = value;
    }

    public Transactions Transactions { get; } = new();

    public Sequences Sequences { get; } = new();

    /// <summary>Whether the file outlives the database, and what is not in tables must be saved too.</summary>
    public bool IsKept => !_isTemporary;

    public bool CanCreateTables { get; }

    public SqliteHandle Open() => new(_file, durable: !_isTemporary);

    public void Dispose()
    {
        _owner?.Dispose();
        if (!_isTemporary) return;
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
        {
            try
            {
                File.Delete(_file + suffix);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A session that has not ended yet holds it open; the system clears temporary files.
            }
        }
    }

    /// <summary>Rebuilds the dictionary from the DDL statements that a kept file remembers.</summary>
    private void Load(SqliteHandle connection)
    {
        using var rows = connection.Prepare("SELECT text, next_name FROM \"ora$ddl\" ORDER BY id");
        while (rows.Step())
        {
            var catalog = _catalog with { NextName = int.Parse(rows.Text(1), System.Globalization.CultureInfo.InvariantCulture) };
            _catalog = CatalogChanges.Apply(catalog, Parser.Parse(rows.Text(0), catalog.Schema));
        }
        Sequences.Load(connection);
    }
}
