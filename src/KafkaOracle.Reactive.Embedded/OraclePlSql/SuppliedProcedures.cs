using System.Text;
using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>A procedure of a supplied package.</summary>
/// <param name="Modes">What its parameters are: t a text, n a number, each in small letters IN and in capitals OUT.</param>
/// <param name="Required">How many arguments it has at least.</param>
/// <param name="Body">What it does: takes the IN arguments in order, NULL for those left out, and returns what the OUT ones get.</param>
internal sealed record SuppliedProcedure(string Modes, int Required, Func<PlSqlSession, byte[]?[], byte[]?[]> Body)
{
    /// <summary>Names of the parameters, for named notation.</summary>
    public string[] Names { get; init; } = [];

    public bool IsOut(int parameter) => char.IsUpper(Modes[parameter]);

    public OracleType Type(int parameter) => char.ToLowerInvariant(Modes[parameter]) == 'n' ? OracleType.Number : new OracleType(TypeKind.Text, Size: 32767, Chars: 32767);
}

/// <summary>The procedures of supplied packages that blocks can call.</summary>
internal static class SuppliedProcedures
{
    public static readonly Dictionary<string, SuppliedProcedure> Table = new(StringComparer.Ordinal)
    {
        ["RAISE_APPLICATION_ERROR"] = new("ntn", 2, (_, a) => throw ApplicationError(Number(a[0]), Text(a[1]) ?? "")) { Names = ["NUM", "MSG", "KEEPERRORSTACK"] },
        ["DBMS_OUTPUT.ENABLE"] = new("n", 0, (s, _) => Done(() => s.Output.Enable())) { Names = ["BUFFER_SIZE"] },
        ["DBMS_OUTPUT.DISABLE"] = new("", 0, (s, _) => Done(() => s.Output.Disable())),
        ["DBMS_OUTPUT.PUT_LINE"] = new("t", 1, (s, a) => Done(() => s.Output.PutLine(Text(a[0])))) { Names = ["A"] },
        ["DBMS_OUTPUT.PUT"] = new("t", 1, (s, a) => Done(() => s.Output.Put(Text(a[0])))) { Names = ["A"] },
        ["DBMS_OUTPUT.NEW_LINE"] = new("", 0, (s, _) => Done(() => s.Output.PutLine(""))),
        ["DBMS_OUTPUT.GET_LINE"] = new("TN", 2, (s, _) => s.Output.TryGetLine(out var line)
            ? [line is null ? null : Encoding.UTF8.GetBytes(line), OracleNumber.Zero.Encode()]
            : [null, OracleNumber.From(1L).Encode()])
        { Names = ["LINE", "STATUS"] },
        ["DBMS_APPLICATION_INFO.SET_MODULE"] = new("tt", 2, (s, a) => Done(() => (s.Client.Module, s.Client.Action) = (Text(a[0]), Text(a[1])))) { Names = ["MODULE_NAME", "ACTION_NAME"] },
        ["DBMS_APPLICATION_INFO.SET_ACTION"] = new("t", 1, (s, a) => Done(() => s.Client.Action = Text(a[0]))) { Names = ["ACTION_NAME"] },
        ["DBMS_APPLICATION_INFO.SET_CLIENT_INFO"] = new("t", 1, (s, a) => Done(() => s.Client.Info = Text(a[0]))) { Names = ["CLIENT_INFO"] },
        ["DBMS_APPLICATION_INFO.READ_MODULE"] = new("TT", 2, (s, _) => [Bytes(s.Client.Module), Bytes(s.Client.Action)]) { Names = ["MODULE_NAME", "ACTION_NAME"] },
        ["DBMS_APPLICATION_INFO.READ_CLIENT_INFO"] = new("T", 1, (s, _) => [Bytes(s.Client.Info)]) { Names = ["CLIENT_INFO"] },
        ["DBMS_SESSION.SET_IDENTIFIER"] = new("t", 1, (s, a) => Done(() => s.Client.Identifier = Text(a[0]))) { Names = ["CLIENT_ID"] },
        ["DBMS_SESSION.CLEAR_IDENTIFIER"] = new("", 0, (s, _) => Done(() => s.Client.Identifier = null)),
    };

    private static byte[]?[] Done(Action action)
    {
        action();
        return [];
    }

    private static string? Text(byte[]? value) => value == null ? null : Encoding.UTF8.GetString(value);

    private static byte[]? Bytes(string? text) => string.IsNullOrEmpty(text) ? null : Encoding.UTF8.GetBytes(text);

    private static long Number(byte[]? value) => value == null ? 0 : (long)OracleNumber.Decode(value).Truncate(0).UnscaledAt(0);

    private static OracleError ApplicationError(long code, string text) => code is <= -20000 and >= -20999
        ? new OracleError((int)-code, text)
        : new OracleError(21000, $"error number argument to raise_application_error of {code} is out of range");
}
