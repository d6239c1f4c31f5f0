using System.Data;
using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

/// <summary>What PL/SQL blocks leave in the parameters of ODP.NET.</summary>
public sealed class BlockBindTests : OracleFixture
{
    public static TheoryData<OracleDbType, int, object?, string> Scalars() => new()
    {
        { OracleDbType.Int32, 0, 41, "42" },
        { OracleDbType.Int64, 0, 9_000_000_000_000L, "9000000000001" },
        { OracleDbType.Decimal, 0, 1.25m, "2.25" },
        { OracleDbType.Varchar2, 30, "zażółć", "zażółć+1" },
        { OracleDbType.NVarchar2, 30, "zażółć", "zażółć+1" },
        { OracleDbType.Char, 10, "abc", "abc+1" },
        { OracleDbType.Date, 0, new DateTime(2024, 1, 31, 1, 2, 3), "2024-02-01 01:02:03" },
        { OracleDbType.TimeStamp, 0, new DateTime(2024, 1, 31, 1, 2, 3, 456), "2024-02-01 01:02:03.456" },
        { OracleDbType.BinaryDouble, 0, 1.5, "2.5" },
        { OracleDbType.BinaryFloat, 0, 1.5f, "2.5" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Values_go_in_and_out(OracleDbType type, int size, object? value, string expected)
    {
        using var connection = Open();
        var isText = value is string;
        var one = value is DateTime ? "INTERVAL '1' DAY" : isText ? "'+1'" : "1";
        using var command = new OracleCommand($"BEGIN :o := :io {(isText ? "||" : "+")} {one}; :io := :o; END;", connection) { BindByName = true };
        var io = command.Parameters.Add("io", type, size, value, ParameterDirection.InputOutput);
        var o = command.Parameters.Add("o", type, size, null, ParameterDirection.Output);

        command.ExecuteNonQuery();

        Shown(o.Value).Should().Be(expected);
        Shown(io.Value).Should().Be(expected);
        io.Value = DBNull.Value;
        command.ExecuteNonQuery();
        (isText ? Shown(o.Value) : $"{((INullable)o.Value).IsNull}").Should().Be(isText ? "+1" : "True");
    }

    [Fact]
    public void Values_go_by_position_and_one_name_is_one_bind()
    {
        using var connection = Open();
        using var command = new OracleCommand("BEGIN :a := :b * 2; :c := :a || ':' || :b; END;", connection);
        var a = command.Parameters.Add("1", OracleDbType.Int32, ParameterDirection.InputOutput);
        command.Parameters.Add("2", OracleDbType.Int32, 4, ParameterDirection.Input);
        var c = command.Parameters.Add("3", OracleDbType.Varchar2, 20, null, ParameterDirection.Output);
        for (var i = 0; i < 3; i++)
        {
            command.Parameters[1].Value = 4 + i;
            command.ExecuteNonQuery();
            Shown(a.Value).Should().Be($"{8 + (2 * i)}");
            Shown(c.Value).Should().Be($"{8 + (2 * i)}:{4 + i}");
        }
    }

    [Fact]
    public void Intervals_raws_and_zoned_times_come_out()
    {
        using var connection = Open();
        using var command = new OracleCommand("BEGIN :ds := INTERVAL '1 02:03:04.5' DAY TO SECOND; :ym := INTERVAL '3-4' YEAR TO MONTH; :r := HEXTORAW('00FF'); :tz := TIMESTAMP '2024-01-02 03:04:05 +02:00'; END;", connection) { BindByName = true };
        var ds = command.Parameters.Add("ds", OracleDbType.IntervalDS, ParameterDirection.Output);
        var ym = command.Parameters.Add("ym", OracleDbType.IntervalYM, ParameterDirection.Output);
        var r = command.Parameters.Add("r", OracleDbType.Raw, 10, null, ParameterDirection.Output);
        var tz = command.Parameters.Add("tz", OracleDbType.TimeStampTZ, ParameterDirection.Output);

        command.ExecuteNonQuery();

        ((OracleIntervalDS)ds.Value).Value.Should().Be(new TimeSpan(1, 2, 3, 4, 500));
        ((OracleIntervalYM)ym.Value).Value.Should().Be(40);
        ((OracleBinary)r.Value).Value.Should().Equal(0, 255);
        ((OracleTimeStampTZ)tz.Value).Value.Should().Be(new DateTime(2024, 1, 2, 3, 4, 5));
        ((OracleTimeStampTZ)tz.Value).GetTimeZoneOffset().Should().Be(TimeSpan.FromHours(2));
    }

    [Fact]
    public void Texts_too_long_for_their_parameter_are_refused()
    {
        using var connection = Open();
        using var command = new OracleCommand("BEGIN :o := RPAD('x', 200, 'x'); END;", connection);
        command.Parameters.Add("o", OracleDbType.Varchar2, 20, null, ParameterDirection.Output);

        FluentActions.Invoking(command.ExecuteNonQuery).Should().Throw<OracleException>().Which.Number.Should().Be(6502);
    }

    [Fact]
    public void Lobs_come_out_in_full()
    {
        using var connection = Open();
        using var command = new OracleCommand("DECLARE t VARCHAR2(32767); BEGIN :c := RPAD('x', 4000, 'xy') || :c; :b := :b; END;", connection) { BindByName = true };
        var text = new string('ż', 20000);
        var bytes = Enumerable.Range(0, 50000).Select(i => (byte)i).ToArray();
        var c = command.Parameters.Add("c", OracleDbType.Clob, text, ParameterDirection.InputOutput);
        var b = command.Parameters.Add("b", OracleDbType.Blob, bytes, ParameterDirection.InputOutput);

        command.ExecuteNonQuery();

        ((OracleClob)c.Value).Value.Should().HaveLength(24000).And.EndWith("żżż");
        ((OracleBlob)b.Value).Value.Should().Equal(bytes);
    }

    [Fact]
    public void Cursors_are_read()
    {
        using var connection = Open();
        using var command = new OracleCommand("""
            DECLARE c SYS_REFCURSOR;
            BEGIN
              OPEN c FOR 'SELECT LEVEL n, :x x FROM DUAL CONNECT BY LEVEL <= 500' USING 'a';
              :first := c;
              OPEN :second FOR SELECT 'b' FROM DUAL;
            END;
            """, connection) { BindByName = true };
        var first = command.Parameters.Add("first", OracleDbType.RefCursor, ParameterDirection.Output);
        var second = command.Parameters.Add("second", OracleDbType.RefCursor, ParameterDirection.Output);
        for (var again = 0; again < 2; again++)
        {
            command.ExecuteNonQuery();
            using var rows = ((OracleRefCursor)first.Value).GetDataReader();
            var n = 0;
            while (rows.Read()) rows.GetInt32(0).Should().Be(++n);
            n.Should().Be(500);
            rows.GetName(1).Should().Be("X");
            using var other = ((OracleRefCursor)second.Value).GetDataReader();
            other.Read().Should().BeTrue();
            other.GetString(0).Should().Be("b");
        }
    }

    [Fact]
    public void Blocks_run_once_for_each_row_of_binds()
    {
        using var connection = Open();
        using var command = new OracleCommand("BEGIN :o := :i * 10; END;", connection) { BindByName = true, ArrayBindCount = 3 };
        command.Parameters.Add("i", OracleDbType.Int32, new[] { 1, 2, 3 }, ParameterDirection.Input);
        var o = command.Parameters.Add("o", OracleDbType.Int32, ParameterDirection.Output);

        command.ExecuteNonQuery();

        ((OracleDecimal[])o.Value).Select(v => v.ToInt32()).Should().Equal(10, 20, 30);
    }

    [Fact]
    public void Output_of_a_block_is_fetched_line_by_line()
    {
        using var connection = Open();
        Run(connection, "BEGIN DBMS_OUTPUT.PUT_LINE('not enabled yet'); DBMS_OUTPUT.ENABLE(NULL); DBMS_OUTPUT.PUT('a'); DBMS_OUTPUT.PUT_LINE('b'); DBMS_OUTPUT.PUT_LINE(3); END;");
        using var command = new OracleCommand("BEGIN SYS.DBMS_OUTPUT.GET_LINE(:line, :status); END;", connection) { BindByName = true };
        var line = command.Parameters.Add("line", OracleDbType.Varchar2, 32767, null, ParameterDirection.Output);
        var status = command.Parameters.Add("status", OracleDbType.Int32, ParameterDirection.Output);
        var lines = new List<string>();
        for (command.ExecuteNonQuery(); Shown(status.Value) == "0"; command.ExecuteNonQuery()) lines.Add(Shown(line.Value));

        lines.Should().Equal("ab", "3");
    }

    [Fact]
    public void A_loop_without_end_is_cancelled()
    {
        using var connection = Open();
        using var command = new OracleCommand("BEGIN LOOP BEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END;", connection) { CommandTimeout = 1 };

        FluentActions.Invoking(command.ExecuteNonQuery).Should().Throw<OracleException>().Which.Number.Should().Be(1013);
    }

    private static void Run(OracleConnection connection, string sql)
    {
        using var command = new OracleCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static string Shown(object value) => value switch
    {
        OracleDate date => date.Value.ToString("yyyy-MM-dd HH:mm:ss", null),
        OracleTimeStamp time => time.Value.ToString("yyyy-MM-dd HH:mm:ss.FFF", null),
        OracleString text => text.Value.TrimEnd(),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };
}
