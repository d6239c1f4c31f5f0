using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The calls of sqlite3.h that are made for every row and value, on bare handles: the managed binding's safe handles would cost as
/// much as the calls. Those that neither block nor call back skip the transition of the garbage collector.
/// </summary>
internal static unsafe partial class NativeStatement
{
    /// <summary>SQLITE_STATIC: the bytes stay where they are until the next bind.</summary>
    public const nint Static = 0;

    /// <summary>SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.</summary>
    public const nint Transient = -1;

    private const string Library = "e_sqlite3";

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_null(nint statement, int parameter);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_int64(nint statement, int parameter, long value);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(nint statement, int parameter, byte* utf8, int length, nint lifetime);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob(nint statement, int parameter, byte* bytes, int length, nint lifetime);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text"), SuppressGCTransition]
    public static partial int bind_static_text(nint statement, int parameter, byte* utf8, int length, nint lifetime);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob"), SuppressGCTransition]
    public static partial int bind_static_blob(nint statement, int parameter, byte* bytes, int length, nint lifetime);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_changes(nint connection);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_last_insert_rowid(nint connection);

    [LibraryImport(Library)]
    public static partial nint sqlite3_update_hook(nint connection, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, long, void> changed, nint data);
}
