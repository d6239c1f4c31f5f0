using Oracle.ManagedDataAccess.Client;
using Oracle.ManagedDataAccess.Types;

namespace KafkaOracle.Reactive.Embedded.Tests.Oracle;

/// <summary>What ALTER SESSION changes, and what a session knows about its client.</summary>
public sealed class SessionStateTests : OracleFixture
{
    [Fact]
    public void Local_times_are_shown_in_the_sessions_zone()
    {
        using var connection = Open();
        using var other = Open();
        Run(connection, "CREATE TABLE L (ID NUMBER, T TIMESTAMP(3) WITH LOCAL TIME ZONE)");
        Run(connection, "ALTER SESSION SET TIME_ZONE = '+02:00'");
        Run(other, "ALTER SESSION SET TIME_ZONE = 'America/New_York'");
        Run(connection, "INSERT INTO L VALUES (1, TIMESTAMP '2024-07-01 12:00:00.5 -03:00')");
        Run(connection, "INSERT INTO L VALUES (2, TIMESTAMP '2024-07-01 17:00:00.5')");
        using (var insert = Command(connection, "INSERT INTO L VALUES (3, :t)"))
        {
            insert.Parameters.Add("t", OracleDbType.TimeStampLTZ, new OracleTimeStampLTZ(new DateTime(2024, 7, 1, 17, 0, 0, 500)), System.Data.ParameterDirection.Input);
            insert.ExecuteNonQuery();
        }
        const string Shown = "SELECT DISTINCT TO_CHAR(T, 'HH24:MI:SS.FF1 TZH:TZM') || ' ' || TO_CHAR(CAST(T AS DATE), 'HH24') || ' ' || EXTRACT(HOUR FROM T) FROM L";

        Rows(connection, Shown).Should().Equal("17:00:00.5 +02:00 17 17");
        Rows(other, Shown).Should().Equal("11:00:00.5 -04:00 11 11");
        Rows(other, "SELECT SESSIONTIMEZONE, DBTIMEZONE FROM DUAL").Should().Equal("America/New_York,+00:00");
        using var command = Command(connection, "SELECT T FROM L WHERE ID = 1");
        using var reader = command.ExecuteReader();
        reader.Read().Should().BeTrue();
        ((OracleTimeStampLTZ)reader.GetOracleValue(0)).Value.Should().Be(new DateTime(2024, 7, 1, 17, 0, 0, 500));
    }

    [Fact]
    public void Clocks_and_conversions_follow_the_sessions_zone()
    {
        using var connection = Open();
        Run(connection, "ALTER SESSION SET TIME_ZONE = '-05:30' NLS_TIMESTAMP_TZ_FORMAT = 'HH24:MI TZH:TZM'");

        Rows(connection, "SELECT TO_CHAR(CURRENT_TIMESTAMP, 'TZH:TZM'), TO_CHAR(SYSTIMESTAMP, 'TZH:TZM'), ROUND((CAST(SYSTIMESTAMP AS DATE) - CURRENT_DATE) * 24 * 60) FROM DUAL").Should().Equal("-05:30,+00:00,330");
        Rows(connection, "SELECT TO_CHAR(CAST(TIMESTAMP '2024-01-01 12:00:00' AS TIMESTAMP WITH TIME ZONE)), TO_CHAR(TIMESTAMP '2024-01-01 12:00:00 +00:00' AT LOCAL) FROM DUAL").Should().Equal("12:00 -05:30,06:30 -05:30");
        Rows(connection, "SELECT COUNT(*) FROM DUAL WHERE CURRENT_TIMESTAMP - LOCALTIMESTAMP = INTERVAL '0' SECOND AND SYSTIMESTAMP = LOCALTIMESTAMP").Should().Equal("1");
    }

    [Fact]
    public void The_decimal_mark_follows_the_session()
    {
        using var connection = Open();
        Run(connection, "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = ',.'");

        Rows(connection, "SELECT TO_CHAR(1234.5) || '|' || TO_CHAR(1234.5, 'FM9G999D99') || '|' || TO_CHAR(1234.5, 'FM9,999.99') || '|' || 0.5 || '|' || TO_CHAR(1.5, 'FM9D9', 'NLS_NUMERIC_CHARACTERS = ''; ''') FROM DUAL")
            .Should().Equal("1234,5|1.234,5|1,234.5|,5|1;5");
        Rows(connection, "SELECT COUNT(*) FROM DUAL WHERE '2,5' = 5 / 2 AND TO_NUMBER('1.234,5', '9G999D9') = 2469 / 2 AND TO_BINARY_DOUBLE('0,5') = 0.5").Should().Equal("1");
        FluentActions.Invoking(() => Rows(connection, "SELECT TO_NUMBER('2.5') FROM DUAL")).Should().Throw<OracleException>().Which.Number.Should().Be(1722);
    }

    [Theory]
    [InlineData("NLS_SORT = GERMAN", 12705)]
    [InlineData("NLS_TERRITORY = 'GERMANY'", 12705)]
    [InlineData("NLS_NUMERIC_CHARACTERS = '..'", 12705)]
    [InlineData("TIME_ZONE = 'Nowhere/At_All'", 1882)]
    [InlineData("TIME_ZONE = '+25:00'", 1874)]
    [InlineData("CURRENT_SCHEMA = SOMEBODY", 1435)]
    public void Settings_that_would_be_ignored_are_refused(string setting, int code)
    {
        using var connection = Open();

        FluentActions.Invoking(() => Run(connection, $"ALTER SESSION SET {setting}")).Should().Throw<OracleException>().Which.Number.Should().Be(code);
    }

    [Fact]
    public void A_client_is_known_by_what_it_tells()
    {
        using var connection = Open();
        (connection.ModuleName, connection.ActionName, connection.ClientId, connection.ClientInfo) = ("sales", "load", "me", "info");

        Rows(connection, "SELECT SYS_CONTEXT('USERENV', 'MODULE'), SYS_CONTEXT('USERENV', 'ACTION'), SYS_CONTEXT('USERENV', 'CLIENT_IDENTIFIER'), SYS_CONTEXT('userenv', 'client_info') FROM DUAL").Should().Equal("sales,load,me,info");
        Run(connection, "BEGIN DBMS_APPLICATION_INFO.SET_MODULE('other', NULL); DBMS_SESSION.CLEAR_IDENTIFIER; END;");
        Rows(connection, "SELECT SYS_CONTEXT('USERENV', 'MODULE'), SYS_CONTEXT('USERENV', 'ACTION'), SYS_CONTEXT('USERENV', 'CLIENT_IDENTIFIER') FROM DUAL").Should().Equal("other,,");
        FluentActions.Invoking(() => Rows(connection, "SELECT SYS_CONTEXT('USERENV', 'NO_SUCH') FROM DUAL")).Should().Throw<OracleException>().Which.Number.Should().Be(2003);
    }
}
