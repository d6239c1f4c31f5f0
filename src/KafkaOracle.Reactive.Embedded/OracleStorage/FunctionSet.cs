using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>What an aggregate has gathered so far. It can take values back, as a moving window needs, unless it says otherwise.</summary>
internal abstract class Accumulator
{
    /// <summary>Whether a row counts in which a value is NULL.</summary>
    public virtual bool TakesNulls => false;

    public abstract object? Result { get; }

    public abstract void Add(FunctionSet.Arguments a);

    public virtual void Remove(FunctionSet.Arguments a) => throw OracleError.Unsupported("this aggregate over a moving window");
}

/// <summary>Defines functions of a SQLite connection. Values are texts and Oracle's bytes; an empty text is NULL.</summary>
internal sealed unsafe class FunctionSet(SqliteHandle connection)
{
    private const int Utf8 = 1;
    private const int Deterministic = 0x800;

    /// <summary>A function that is NULL when an argument is NULL.</summary>
    public void Strict(string name, int arguments, Func<Arguments, object?> function, bool deterministic = true) =>
        Define(name, arguments, a => a.AnyNull ? null : function(a), deterministic);

    public void Define(string name, int arguments, Func<Arguments, object?> function, bool deterministic = true) =>
        connection.Check(NativeSqlite.sqlite3_create_function_v2(
            connection.Handle.DangerousGetHandle(), name, arguments, deterministic ? Utf8 | Deterministic : Utf8,
            GCHandle.ToIntPtr(GCHandle.Alloc(function)), &Call, null, null, &Release));

    /// <summary>A conversion that is NULL when the argument is NULL, and its twin, try_.., that is NULL too for what cannot be converted.</summary>
    public void Conversion(string name, int arguments, Func<Arguments, object?> function, bool deterministic = true)
    {
        Strict(name, arguments, function, deterministic);
        Strict("try_" + name, arguments, a =>
        {
            try
            {
                return function(a);
            }
            catch (Exception e) when (e is OracleError or FormatException or OverflowException or ArgumentOutOfRangeException)
            {
                return null;
            }
        },
            deterministic);
    }

    /// <summary>An aggregate, over groups and windows, of the rows without NULLs; no row gives NULL.</summary>
    public void Aggregate<T>(string name, int arguments = 1) where T : Accumulator, new() =>
        connection.Check(NativeSqlite.sqlite3_create_window_function(
            connection.Handle.DangerousGetHandle(), name, arguments, Utf8,
            GCHandle.ToIntPtr(GCHandle.Alloc((Func<Accumulator>)(() => new T()))), &Step, &Final, &Value, &Inverse, &Release));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Call(nint context, int count, nint* values)
    {
        try
        {
            var function = (Func<Arguments, object?>)GCHandle.FromIntPtr(NativeSqlite.sqlite3_user_data(context)).Target!;
            Return(context, function(new Arguments(values, count)));
        }
        catch (Exception e)
        {
            Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Step(nint context, int count, nint* values) => Change(context, new Arguments(values, count), add: true);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Inverse(nint context, int count, nint* values) => Change(context, new Arguments(values, count), add: false);

    private static void Change(nint context, Arguments arguments, bool add)
    {
        try
        {
            var slot = NativeSqlite.sqlite3_aggregate_context(context, sizeof(nint));
            if (*slot == 0)
            {
                var create = (Func<Accumulator>)GCHandle.FromIntPtr(NativeSqlite.sqlite3_user_data(context)).Target!;
                *slot = GCHandle.ToIntPtr(GCHandle.Alloc(create()));
            }
            var state = (Accumulator)GCHandle.FromIntPtr(*slot).Target!;
            if (!state.TakesNulls && arguments.AnyNull) return;
            if (add) state.Add(arguments);
            else state.Remove(arguments);
        }
        catch (Exception e)
        {
            Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Value(nint context) => Result(context, NativeSqlite.sqlite3_aggregate_context(context, 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Final(nint context)
    {
        var slot = NativeSqlite.sqlite3_aggregate_context(context, 0);
        Result(context, slot);
        if (slot == null || *slot == 0) return;
        GCHandle.FromIntPtr(*slot).Free();
        *slot = 0;
    }

    private static void Result(nint context, nint* slot)
    {
        try
        {
            Return(context, slot == null || *slot == 0 ? null : ((Accumulator)GCHandle.FromIntPtr(*slot).Target!).Result);
        }
        catch (Exception e)
        {
            Fail(context, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint data) => GCHandle.FromIntPtr(data).Free();

    private static void Return(nint context, object? value)
    {
        switch (value)
        {
            case null or "":
                NativeSqlite.sqlite3_result_null(context);
                break;
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                fixed (byte* p = utf8) NativeSqlite.sqlite3_result_text(context, p, utf8.Length, NativeSqlite.Transient);
                break;
            case byte[] bytes:
                // An empty RAW is NULL; a pointer to nothing would be as well.
                fixed (byte* p = bytes) NativeSqlite.sqlite3_result_blob(context, p, bytes.Length, NativeSqlite.Transient);
                break;
            case OracleNumber number:
                Span<byte> wire = stackalloc byte[OracleNumber.LargestWire];
                var length = number.Encode(wire);
                fixed (byte* p = wire) NativeSqlite.sqlite3_result_blob(context, p, length, NativeSqlite.Transient);
                break;
            case bool truth:
                NativeSqlite.sqlite3_result_int64(context, truth ? 1 : 0);
                break;
            case int integer:
                NativeSqlite.sqlite3_result_int64(context, integer);
                break;
            case long integer:
                NativeSqlite.sqlite3_result_int64(context, integer);
                break;
            default:
                throw new InvalidCastException($"A function cannot return {value.GetType().Name}.");
        }
    }

    private static void Fail(nint context, Exception e)
    {
        var message = Encoding.UTF8.GetBytes(e switch
        {
            OracleError error => error.Message,
            DivideByZeroException => "ORA-01476: divisor is equal to zero",
            OverflowException => "ORA-01426: numeric overflow",
            FormatException => "ORA-01722: invalid number",
            ArgumentOutOfRangeException => "ORA-01841: (full) year must be between -4713 and +9999, and not be 0",
            _ => $"ORA-00600: internal error code, arguments: [{e.GetType().Name}], [{e.Message}]",
        });
        fixed (byte* p = message) NativeSqlite.sqlite3_result_error(context, p, message.Length);
    }

    /// <summary>The arguments of one call, valid during it.</summary>
    internal readonly struct Arguments(nint* values, int count)
    {
        public int Count => count;

        public bool AnyNull
        {
            get
            {
                for (var i = 0; i < count; i++) if (IsNull(i)) return true;
                return false;
            }
        }

        public bool IsNull(int i) => NativeSqlite.sqlite3_value_type(values[i]) == raw.SQLITE_NULL;

        /// <summary>A blob's bytes, or a text's in UTF-8; valid during the call.</summary>
        public ReadOnlySpan<byte> Bytes(int i)
        {
            var start = NativeSqlite.sqlite3_value_blob(values[i]);
            return new ReadOnlySpan<byte>(start, start == null ? 0 : NativeSqlite.sqlite3_value_bytes(values[i]));
        }

        public byte[] Copy(int i) => Bytes(i).ToArray();

        public OracleNumber Number(int i) => OracleNumber.Decode(Bytes(i));

        public int Integer(int i) => (int)Long(i);

        public long Long(int i) => NativeSqlite.sqlite3_value_int64(values[i]);

        /// <summary>A text, bytes, or null; an integer of SQLite's is none of a stored value's kinds.</summary>
        public object? Value(int i) => NativeSqlite.sqlite3_value_type(values[i]) switch
        {
            raw.SQLITE_NULL => null,
            raw.SQLITE_TEXT => Text(i),
            _ => Copy(i),
        };

        /// <summary>The arguments without the first ones.</summary>
        public Arguments From(int first) => new(values + first, count - first);

        public string Text(int i) => Encoding.UTF8.GetString(Bytes(i));

        public string? OptionalText(int i) => i < count && !IsNull(i) ? Text(i) : null;

        /// <summary>A number without its fraction, kept within 32 bits: lengths and positions beyond them mean the same as the limit.</summary>
        public int Whole(int i) => Number(i) is var n && n.DigitsBeforePoint > 9 ? (n.Unscaled.Sign < 0 ? -int.MaxValue : int.MaxValue) : n.ToInt32();

        public double Double(int i) => OracleFloat.Read(Bytes(i));

        public DateTime Fields(int i) => OracleInstant.Fields(Bytes(i));
    }
}
