using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;
using SQLitePCL;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>Defines functions of a SQLite connection. Values are texts and Oracle's bytes; an empty text is NULL.</summary>
internal sealed class FunctionSet(SqliteHandle connection)
{
    private const int Deterministic = 0x800;

    /// <summary>A function that is NULL when an argument is NULL.</summary>
    public void Strict(string name, int arguments, Func<Arguments, object?> function, bool deterministic = true) =>
        Define(name, arguments, a => a.AnyNull ? null : function(a), deterministic);

    public void Define(string name, int arguments, Func<Arguments, object?> function, bool deterministic = true) =>
        connection.Check(raw.sqlite3_create_function(connection.Handle, name, arguments, deterministic ? Deterministic : 0, null, (context, _, values) =>
        {
            try
            {
                Return(context, function(new Arguments(values)));
            }
            catch (Exception e)
            {
                Fail(context, e);
            }
        }));

    /// <summary>An aggregate over the values that are not NULL; no value gives NULL.</summary>
    public void Aggregate<TState>(string name, Action<TState, Arguments> step, Func<TState, object?> result) where TState : class, new() =>
        connection.Check(raw.sqlite3_create_function(
            connection.Handle,
            name,
            1,
            Deterministic,
            null,
            (context, _, values) =>
            {
                var arguments = new Arguments(values);
                if (arguments.AnyNull) return;
                try
                {
                    var state = (TState)(context.state ??= new TState());
                    step(state, arguments);
                }
                catch (Exception e)
                {
                    Fail(context, e);
                }
            },
            (context, _) =>
            {
                try
                {
                    Return(context, context.state is TState state ? result(state) : null);
                }
                catch (Exception e)
                {
                    Fail(context, e);
                }
            }));

    private static void Return(sqlite3_context context, object? value)
    {
        switch (value)
        {
            case null or "": raw.sqlite3_result_null(context); break;
            case string text: raw.sqlite3_result_text(context, text); break;
            case byte[] bytes: raw.sqlite3_result_blob(context, bytes); break;
            case OracleNumber number:
                Span<byte> wire = stackalloc byte[OracleNumber.LargestWire];
                raw.sqlite3_result_blob(context, wire[..number.Encode(wire)]);
                break;
            case bool truth: raw.sqlite3_result_int(context, truth ? 1 : 0); break;
            case int integer: raw.sqlite3_result_int64(context, integer); break;
            case long integer: raw.sqlite3_result_int64(context, integer); break;
            default: throw new InvalidCastException($"A function cannot return {value.GetType().Name}.");
        }
    }

    private static void Fail(sqlite3_context context, Exception e) => raw.sqlite3_result_error(context, e switch
    {
        OracleError error => error.Message,
        DivideByZeroException => "ORA-01476: divisor is equal to zero",
        OverflowException => "ORA-01426: numeric overflow",
        FormatException => "ORA-01722: invalid number",
        ArgumentOutOfRangeException => "ORA-01841: (full) year must be between -4713 and +9999, and not be 0",
        _ => $"ORA-00600: internal error code, arguments: [{e.GetType().Name}], [{e.Message}]",
    });

    /// <summary>The arguments of one call.</summary>
    internal readonly struct Arguments(sqlite3_value[] values)
    {
        public int Count => values.Length;

        public bool AnyNull
        {
            get
            {
                foreach (var value in values) if (raw.sqlite3_value_type(value) == raw.SQLITE_NULL) return true;
                return false;
            }
        }

        public bool IsNull(int i) => raw.sqlite3_value_type(values[i]) == raw.SQLITE_NULL;

        /// <summary>A blob's bytes, or a text's in UTF-8; valid during the call.</summary>
        public ReadOnlySpan<byte> Bytes(int i) => raw.sqlite3_value_blob(values[i]);

        public byte[] Copy(int i) => Bytes(i).ToArray();

        public OracleNumber Number(int i) => OracleNumber.Decode(Bytes(i));

        public int Integer(int i) => raw.sqlite3_value_int(values[i]);

        public long Long(int i) => raw.sqlite3_value_int64(values[i]);

        public string Text(int i) => Encoding.UTF8.GetString(Bytes(i));

        public string? OptionalText(int i) => i < Count && !IsNull(i) ? Text(i) : null;

        public int Whole(int i) => Number(i).ToInt32();

        public double Double(int i) => OracleFloat.Read(Bytes(i));

        public DateTime Fields(int i) => OracleInstant.Fields(Bytes(i));
    }
}
