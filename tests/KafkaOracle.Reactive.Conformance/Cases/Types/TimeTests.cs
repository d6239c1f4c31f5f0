namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class TimeTests(Target target) : CaseTests(target)
{
    private static readonly string Date = Sql("Data Types, DATE Data Type");
    private static readonly string Timestamp = Sql("Data Types, TIMESTAMP Data Type");
    private static readonly string Zoned = Sql("Data Types, TIMESTAMP WITH TIME ZONE Data Type");
    private static readonly string Local = Sql("Data Types, TIMESTAMP WITH LOCAL TIME ZONE Data Type");
    private static readonly string Literals = Sql("Literals, Datetime Literals");
    private static readonly string Arithmetic = Sql("Data Types, Datetime/Interval Arithmetic");
    private static readonly DateTime At = new DateTime(2024, 2, 29, 13, 14, 15).AddTicks(1234567);

    public static CaseList Cases { get; } = new("Dates and times")
    {
        new Case("DATE holds seconds and nothing finer", Date)
            .Run("CREATE TABLE {t} (d DATE)")
            .Run("INSERT INTO {t} VALUES (:d)", new Bind("d", At, OracleDbType.Date))
            .Rows("SELECT d FROM {t}", "2024-02-29 13:14:15"),
        Case.Query("A date literal is midnight", Literals, "SELECT DATE '1998-12-25' FROM DUAL", "1998-12-25 00:00:00"),
        new Case("DATE reaches from 4712 BC to 9999", Date)
            .Run("CREATE TABLE {t} (d DATE)")
            .Run("INSERT INTO {t} VALUES (DATE '9999-12-31')")
            .Run("INSERT INTO {t} VALUES (TO_DATE('-4712-01-01', 'SYYYY-MM-DD'))")
            .Rows("SELECT TO_CHAR(d, 'SYYYY-MM-DD') FROM {t} ORDER BY d", "-4712-01-01", " 9999-12-31")
            .KnownGap("years before 1"),
        Case.Query("Numbers added to a date are days", Arithmetic, "SELECT DATE '2024-02-28' + 2, DATE '2024-01-01' + 1.5, DATE '2024-03-01' - 1, DATE '2024-01-01' + 1/1440 FROM DUAL", "2024-03-01 00:00:00|2024-01-02 12:00:00|2024-02-29 00:00:00|2024-01-01 00:01:00"),
        Case.Query("The difference of dates is days", Arithmetic, "SELECT DATE '2024-03-01' - DATE '2024-02-01', TO_DATE('2024-01-01 18', 'YYYY-MM-DD HH24') - DATE '2024-01-01' FROM DUAL", "29|0.75"),
        new Case("Dates cannot be added", Error(975)).Fails("SELECT DATE '2024-01-01' + DATE '2024-01-01' FROM DUAL", 975, "date + date not allowed*"),
        new Case("A day that its month does not have is refused", Error(1839)).Fails("SELECT DATE '2023-02-29' FROM DUAL", 1839),
        new Case("A thirteenth month is refused", Error(1843)).Fails("SELECT DATE '2023-13-01' FROM DUAL", 1843),
        new Case("A thirty-second day is refused", Error(1847)).Fails("SELECT TO_DATE('2023-01-32', 'YYYY-MM-DD') FROM DUAL", 1847),
        new Case("Dates sort by time", Date)
            .Run("CREATE TABLE {t} (d DATE)")
            .Run("INSERT INTO {t} SELECT DATE '2024-01-10' FROM DUAL UNION ALL SELECT DATE '2023-12-31' FROM DUAL UNION ALL SELECT DATE '2024-01-09' FROM DUAL")
            .Rows("SELECT d FROM {t} WHERE d >= DATE '2024-01-01' ORDER BY d DESC", "2024-01-10 00:00:00", "2024-01-09 00:00:00"),
        new Case("A date is compared with its time of day", Date)
            .Run("CREATE TABLE {t} (d DATE)")
            .Run("INSERT INTO {t} VALUES (TO_DATE('2024-01-01 08:30', 'YYYY-MM-DD HH24:MI'))")
            .Rows("SELECT COUNT(*) FROM {t} WHERE d = DATE '2024-01-01'", "0")
            .Rows("SELECT COUNT(*) FROM {t} WHERE TRUNC(d) = DATE '2024-01-01'", "1"),
        new Case("Text becomes a date by the session's format", Sql("Data Types, Implicit Data Conversion"))
            .Run("CREATE TABLE {t} (d DATE)")
            .Run("INSERT INTO {t} VALUES ('29-FEB-24')")
            .Rows("SELECT d, TO_CHAR(d) FROM {t} WHERE d = '29-FEB-24'", "2024-02-29 00:00:00|29-FEB-24"),
        new Case("TIMESTAMP has six fractional digits", Timestamp)
            .Run("CREATE TABLE {t} (ts TIMESTAMP)")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '1997-01-31 09:26:50.123456')")
            .Rows("SELECT ts, TO_CHAR(ts, 'FF') FROM {t}", "1997-01-31 09:26:50.123456|123456"),
        new Case("TIMESTAMP(9) keeps nanoseconds", Timestamp)
            .Run("CREATE TABLE {t} (ts TIMESTAMP(9))")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '2024-01-01 00:00:00.123456789')")
            .Rows("SELECT ts FROM {t}", "2024-01-01 00:00:00.123456789"),
        new Case("A fraction is rounded to its column's digits", Timestamp)
            .Run("CREATE TABLE {t} (a TIMESTAMP(3), b TIMESTAMP(0))")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '2024-01-01 00:00:00.1235', TIMESTAMP '2024-12-31 23:59:59.5')")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '2024-01-01 00:00:00.1234', TIMESTAMP '2024-12-31 23:59:59.4')")
            .Rows("SELECT a, b FROM {t} ORDER BY b DESC", "2024-01-01 00:00:00.124|2025-01-01 00:00:00", "2024-01-01 00:00:00.123|2024-12-31 23:59:59"),
        new Case("Ten fractional digits are refused", Error(30088)).Fails("CREATE TABLE {t} (ts TIMESTAMP(10))", 30088),
        new Case("A bound DateTime keeps 100 nanoseconds", Driver("OracleTimeStamp Structure"))
            .Run("CREATE TABLE {t} (ts TIMESTAMP(7))")
            .Run("INSERT INTO {t} VALUES (:ts)", new Bind("ts", At, OracleDbType.TimeStamp))
            .Rows("SELECT ts FROM {t} WHERE ts = :ts", [new Bind("ts", At, OracleDbType.TimeStamp)], "2024-02-29 13:14:15.1234567"),
        Case.Query("The difference of timestamps is an interval", Arithmetic, "SELECT TIMESTAMP '2024-01-02 12:00:01.5' - TIMESTAMP '2024-01-01 00:00:00' FROM DUAL", "1 12:00:01.5"),
        Case.Query("A timestamp plus a number is a date", Arithmetic, "SELECT TIMESTAMP '2024-01-01 10:00:00.7' + 1 FROM DUAL", "2024-01-02 10:00:00"),
        Case.Query("A timestamp plus an interval keeps its fraction", Arithmetic, "SELECT TIMESTAMP '2024-01-01 10:00:00.7' + INTERVAL '1' DAY FROM DUAL", "2024-01-02 10:00:00.7"),
        Case.Query("EXTRACT takes a field", Sql("EXTRACT (datetime)"), "SELECT EXTRACT(YEAR FROM DATE '1998-03-07'), EXTRACT(MONTH FROM DATE '1998-03-07'), EXTRACT(SECOND FROM TIMESTAMP '2024-01-01 10:20:30.25') FROM DUAL", "1998|3|30.25"),
        Case.Query("A DATE compares with a TIMESTAMP", Sql("Data Types, Implicit Data Conversion"), "SELECT COUNT(*) FROM DUAL WHERE DATE '2024-01-01' < TIMESTAMP '2024-01-01 00:00:00.001'", "1"),
        new Case("TIMESTAMP WITH TIME ZONE keeps its offset", Zoned)
            .Run("CREATE TABLE {t} (tz TIMESTAMP(3) WITH TIME ZONE)")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '1999-04-15 08:00:00.25 -8:00')")
            .Rows("SELECT TO_CHAR(tz, 'YYYY-MM-DD HH24:MI:SS.FF3 TZH:TZM') FROM {t}", "1999-04-15 08:00:00.250 -08:00")
            .Do(s =>
            {
                using var command = s.Command("SELECT tz FROM {t}");
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.GetDateTimeOffset(0).Should().Be(new DateTimeOffset(1999, 4, 15, 8, 0, 0, 250, TimeSpan.FromHours(-8)));
            }),
        Case.Query("Zoned times are equal when they are the same instant", Zoned, "SELECT COUNT(*) FROM DUAL WHERE TIMESTAMP '1999-04-15 8:00:00 -8:00' = TIMESTAMP '1999-04-15 11:00:00 -5:00'", "1"),
        new Case("Zoned keys of the same instant are duplicates", Error(1))
            .Run("CREATE TABLE {t} (tz TIMESTAMP(0) WITH LOCAL TIME ZONE PRIMARY KEY)")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '1999-04-15 8:00:00 -8:00')")
            .Fails("INSERT INTO {t} VALUES (TIMESTAMP '1999-04-15 11:00:00 -5:00')", 1),
        new Case("Zoned times sort by instant", Zoned)
            .Run("CREATE TABLE {t} (id NUMBER, tz TIMESTAMP WITH TIME ZONE)")
            .Run("INSERT INTO {t} VALUES (1, TIMESTAMP '2024-01-01 12:00:00 +05:00')")
            .Run("INSERT INTO {t} VALUES (2, TIMESTAMP '2024-01-01 08:00:00 +00:00')")
            .Run("INSERT INTO {t} VALUES (3, TIMESTAMP '2024-01-01 01:00:00 -07:00')")
            .Rows("SELECT id FROM {t} ORDER BY tz, id", "1", "2", "3"),
        new Case("A bound zoned time comes back with its offset", Driver("OracleTimeStampTZ Structure"))
            .Run("CREATE TABLE {t} (tz TIMESTAMP(6) WITH TIME ZONE)")
            .Run("INSERT INTO {t} VALUES (:tz)", new Bind("tz", new OracleTimeStampTZ(new DateTime(2024, 7, 1, 12, 0, 0), "+05:30"), OracleDbType.TimeStampTZ))
            .Rows("SELECT tz FROM {t}", "2024-07-01 12:00:00 +05:30"),
        Case.Query("AT TIME ZONE shows the instant elsewhere", Sql("Expressions, Datetime Expressions"), "SELECT TO_CHAR(TIMESTAMP '2024-01-01 12:00:00 +00:00' AT TIME ZONE '-05:00', 'YYYY-MM-DD HH24:MI TZH:TZM') FROM DUAL", "2024-01-01 07:00 -05:00"),
        Case.Query("A region knows summer time", Zoned, "SELECT TO_CHAR(SYS_EXTRACT_UTC(TIMESTAMP '2024-07-01 12:00:00 America/New_York'), 'HH24:MI'), TO_CHAR(SYS_EXTRACT_UTC(TIMESTAMP '2024-01-01 12:00:00 America/New_York'), 'HH24:MI') FROM DUAL", "16:00|17:00"),
        Case.Query("FROM_TZ adds an offset", Sql("FROM_TZ"), "SELECT TO_CHAR(FROM_TZ(TIMESTAMP '2000-03-28 08:00:00', '3:00'), 'YYYY-MM-DD HH24:MI TZH:TZM') FROM DUAL", "2000-03-28 08:00 +03:00"),
        Case.Query("SYS_EXTRACT_UTC takes the offset out", Sql("SYS_EXTRACT_UTC"), "SELECT SYS_EXTRACT_UTC(TIMESTAMP '2000-03-28 11:30:00.00 -08:00') FROM DUAL", "2000-03-28 19:30:00"),
        new Case("TIMESTAMP WITH LOCAL TIME ZONE is shown in the session's zone", Local)
            .Run("CREATE TABLE {t} (l TIMESTAMP(0) WITH LOCAL TIME ZONE)")
            .Run("INSERT INTO {t} VALUES (TIMESTAMP '2024-01-01 12:00:00 -03:00')")
            .Rows("SELECT TO_CHAR(l, 'HH24:MI') FROM {t}", "15:00")
            .Do(s =>
            {
                var other = s.Another();
                other.Run("ALTER SESSION SET TIME_ZONE = '+02:00'");
                other.Rows("SELECT TO_CHAR(l, 'HH24:MI') FROM {t}").Should().Equal("17:00");
            }),
        new Case("An offset beyond 14 hours is refused", Error(1874)).Fails("SELECT TO_TIMESTAMP_TZ('2024-01-01 00:00:00 +25:00', 'YYYY-MM-DD HH24:MI:SS TZH:TZM') FROM DUAL", 1874),
        new Case("SYSDATE and SYSTIMESTAMP tell the same time", Sql("SYSTIMESTAMP"))
            .Rows("SELECT COUNT(*) FROM DUAL WHERE ABS(CAST(SYSTIMESTAMP AS DATE) - SYSDATE) < 1/1440", "1"),
        new Case("SYSDATE is one value within a statement", Sql("SYSDATE"))
            .Rows("SELECT COUNT(DISTINCT d) FROM (SELECT SYSDATE d FROM DUAL UNION ALL SELECT SYSDATE FROM DUAL)", "1"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
