using System.Runtime.InteropServices;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// What defines functions in SQLite (sqlite3.h): window functions are not in the managed binding, and values are read here without
/// an object each.
/// </summary>
internal static unsafe partial class NativeSqlite
{
    /// <summary>SQLITE_TRANSIENT: SQLite copies the result before the call returns.</summary>
    public const nint Transient = -1;
    private const string Library = "e_sqlite3";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_create_function_v2(
        nint connection, string name, int arguments, int flags, nint data,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> call,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_create_window_function(
        nint connection, string name, int arguments, int flags, nint data,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> step,
        delegate* unmanaged[Cdecl]<nint, void> final,
        delegate* unmanaged[Cdecl]<nint, void> value,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> inverse,
        delegate* unmanaged[Cdecl]<nint, void> destroy);

    [LibraryImport(Library)]
    public static partial nint sqlite3_user_data(nint context);

    [LibraryImport(Library)]
    public static partial nint* sqlite3_aggregate_context(nint context, int size);

    [LibraryImport(Library)]
    public static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_value_blob(nint value);

    [LibraryImport(Library)]
    public static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    public static partial long sqlite3_value_int64(nint value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_null(nint context);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_int64(nint context, long value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_blob(nint context, byte* bytes, int length, nint destroy);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_text(nint context, byte* utf8, int length, nint destroy);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_error(nint context, byte* utf8, int length);
}
