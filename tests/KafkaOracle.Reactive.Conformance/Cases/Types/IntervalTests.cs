namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class IntervalTests(Target target) : CaseTests(target)
{
    private static readonly string Months = Sql("Literals, INTERVAL YEAR TO MONTH");
    private static readonly string Seconds = Sql("Literals, INTERVAL DAY TO SECOND");
    private static readonly string Arithmetic = Sql("Data Types, Datetime/Interval Arithmetic");

    public static CaseList Cases { get; } = new("Intervals")
    {
        new Case("INTERVAL YEAR TO MONTH is kept", Sql("Data Types, INTERVAL YEAR TO MONTH Data Type"))
            .Run("CREATE TABLE {t} (i INTERVAL YEAR(3) TO MONTH)")
            .Run("INSERT INTO {t} VALUES (INTERVAL '123-2' YEAR(3) TO MONTH)")
            .Rows("SELECT TO_CHAR(i) FROM {t}", "+123-02")
            .Rows("SELECT i FROM {t}", "123-2"),
        new Case("INTERVAL DAY TO SECOND is kept", Sql("Data Types, INTERVAL DAY TO SECOND Data Type"))
            .Run("CREATE TABLE {t} (i INTERVAL DAY TO SECOND(3))")
            .Run("INSERT INTO {t} VALUES (INTERVAL '4 5:12:10.222' DAY TO SECOND(3))")
            .Rows("SELECT TO_CHAR(i) FROM {t}", "+04 05:12:10.222")
            .Rows("SELECT i FROM {t}", "4 05:12:10.222"),
        new Case("Bound spans come back as they were", Driver("OracleIntervalDS Structure"))
            .Run("CREATE TABLE {t} (i INTERVAL DAY(9) TO SECOND(7))")
            .Run("INSERT INTO {t} VALUES (:i)", new Bind("i", TimeSpan.FromTicks(-123456789012345), OracleDbType.IntervalDS))
            .Rows("SELECT i FROM {t}", "-142 21:21:18.9012345"),
        new Case("Bound months come back as they were", Driver("OracleIntervalYM Structure"))
            .Run("CREATE TABLE {t} (i INTERVAL YEAR TO MONTH)")
            .Run("INSERT INTO {t} VALUES (:i)", new Bind("i", new OracleIntervalYM(-1, -3), OracleDbType.IntervalYM))
            .Rows("SELECT i FROM {t}", "-1-3"),
        new Case("Too many digits for the leading field are refused", Error(1873)).Fails("SELECT INTERVAL '123' YEAR FROM DUAL", 1873),
        new Case("Too large a month is refused", Error(1843)).Fails("SELECT INTERVAL '1-13' YEAR TO MONTH FROM DUAL", [1843, 1867]),
        Case.Query("Months are added to a date", Arithmetic, "SELECT DATE '2024-01-15' + INTERVAL '1-2' YEAR TO MONTH, DATE '2024-03-15' - INTERVAL '1' MONTH FROM DUAL", "2025-03-15 00:00:00|2024-02-15 00:00:00"),
        new Case("A month later that does not exist is refused", Sql("Data Types, Datetime/Interval Arithmetic")).Fails("SELECT DATE '2024-01-31' + INTERVAL '1' MONTH FROM DUAL", 1839),
        Case.Query("Hours, minutes and seconds are added to a date", Arithmetic, "SELECT DATE '2024-01-01' + INTERVAL '90' MINUTE, DATE '2024-01-01' + INTERVAL '1 2:03:04' DAY TO SECOND FROM DUAL", "2024-01-01 01:30:00|2024-01-02 02:03:04"),
        Case.Query("Intervals are added, multiplied and divided", Arithmetic, "SELECT INTERVAL '1' DAY * 2 + INTERVAL '1' HOUR, INTERVAL '3' HOUR / 2 FROM DUAL", "2 01:00:00|0 01:30:00"),
        Case.Query("Intervals compare by length", Sql("Data Types, Data Type Comparison Rules"), "SELECT COUNT(*) FROM DUAL WHERE INTERVAL '25' HOUR > INTERVAL '1' DAY AND INTERVAL '12' MONTH = INTERVAL '1' YEAR", "1"),
        Case.Query("NUMTODSINTERVAL makes a span", Sql("NUMTODSINTERVAL"), "SELECT NUMTODSINTERVAL(100, 'minute'), NUMTODSINTERVAL(-1.5, 'DAY') FROM DUAL", "0 01:40:00|-1 12:00:00"),
        Case.Query("NUMTOYMINTERVAL makes months", Sql("NUMTOYMINTERVAL"), "SELECT NUMTOYMINTERVAL(1.5, 'year'), NUMTOYMINTERVAL(14, 'MONTH') FROM DUAL", "1-6|1-2"),
        Case.Query("TO_DSINTERVAL reads a span, in SQL's or in ISO's form", Sql("TO_DSINTERVAL"), "SELECT TO_DSINTERVAL('100 10:00:00'), TO_DSINTERVAL('P1DT2H') FROM DUAL", "100 10:00:00|1 02:00:00"),
        Case.Query("TO_YMINTERVAL reads months", Sql("TO_YMINTERVAL"), "SELECT TO_YMINTERVAL('01-02') FROM DUAL", "1-2"),
        Case.Query("EXTRACT takes a field of an interval", Sql("EXTRACT (datetime)"), "SELECT EXTRACT(HOUR FROM INTERVAL '4 5:12:10' DAY TO SECOND), EXTRACT(MONTH FROM INTERVAL '5-2' YEAR TO MONTH) FROM DUAL", "5|2"),
        Case.Query("A literal of a single field counts in it", Seconds, "SELECT EXTRACT(DAY FROM INTERVAL '30' HOUR), EXTRACT(HOUR FROM INTERVAL '30' HOUR) FROM DUAL", "1|6"),
        Case.Query("A literal of months fills years", Months, "SELECT EXTRACT(YEAR FROM INTERVAL '50' MONTH), EXTRACT(MONTH FROM INTERVAL '50' MONTH) FROM DUAL", "4|2"),
        Case.Query("Seconds are rounded to the literal's digits", Seconds, "SELECT EXTRACT(SECOND FROM INTERVAL '30.12345' SECOND(2,4)) FROM DUAL", "30.1235"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
