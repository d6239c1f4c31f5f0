namespace KafkaOracle.Reactive.Conformance.Functions;

/// <summary>Mostly the examples that the manual itself gives.</summary>
public sealed class DateFunctionTests(Target target) : CaseTests(target)
{
    private const string Noon = "TO_DATE('2024-05-16 12:34:56', 'YYYY-MM-DD HH24:MI:SS')";

    public static CaseList Cases { get; } = new("Functions of dates")
    {
        Case.Value("ADD_MONTHS(DATE '2024-01-15', 1)", "2024-02-15 00:00:00", Sql("ADD_MONTHS")),
        Case.Value("ADD_MONTHS(DATE '2024-01-31', 1)", "2024-02-29 00:00:00", Sql("ADD_MONTHS")),
        Case.Value("ADD_MONTHS(DATE '2024-02-29', 1)", "2024-03-31 00:00:00", Sql("ADD_MONTHS")),
        Case.Value("ADD_MONTHS(DATE '2024-03-31', -1)", "2024-02-29 00:00:00", Sql("ADD_MONTHS")),
        Case.Value("LAST_DAY(DATE '2024-02-10')", "2024-02-29 00:00:00", Sql("LAST_DAY")),
        Case.Value("NEXT_DAY(DATE '2009-10-15', 'TUESDAY')", "2009-10-20 00:00:00", Sql("NEXT_DAY")),
        Case.Value("ROUND(MONTHS_BETWEEN(TO_DATE('02-02-1995', 'MM-DD-YYYY'), TO_DATE('01-01-1995', 'MM-DD-YYYY')), 8)", "1.03225806", Sql("MONTHS_BETWEEN")),
        Case.Value("MONTHS_BETWEEN(DATE '2024-02-29', DATE '2024-01-31')", "1", Sql("MONTHS_BETWEEN")),
        Case.Value($"TRUNC({Noon})", "2024-05-16 00:00:00", Sql("TRUNC (datetime)")),
        Case.Value($"TRUNC({Noon}, 'YEAR')", "2024-01-01 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'Q')", "2024-04-01 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'MM')", "2024-05-01 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'IW')", "2024-05-13 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'WW')", "2024-05-13 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'W')", "2024-05-15 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'DAY')", "2024-05-12 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'HH24')", "2024-05-16 12:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'MI')", "2024-05-16 12:34:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value($"TRUNC({Noon}, 'CC')", "2001-01-01 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        Case.Value("ROUND(TO_DATE('27-OCT-00'), 'YEAR')", "2001-01-01 00:00:00", Sql("ROUND (datetime)")),
        Case.Value($"ROUND({Noon})", "2024-05-17 00:00:00", Sql("ROUND (datetime)")),
        Case.Value($"ROUND({Noon}, 'MM')", "2024-06-01 00:00:00", Sql("ROUND and TRUNC Date Functions")),
        new Case("An unknown unit is refused", Error(1898)).Fails("SELECT TRUNC(SYSDATE, 'XYZ') FROM DUAL", [1898, 1821]),
        Case.Query("TRUNC of a timestamp is a date", Sql("TRUNC (datetime)"), "SELECT TRUNC(TIMESTAMP '2024-05-16 12:34:56.789'), TRUNC(TIMESTAMP '2024-05-16 12:34:56.789', 'HH') FROM DUAL", "2024-05-16 00:00:00|2024-05-16 12:00:00"),
        new Case("CURRENT_TIMESTAMP and LOCALTIMESTAMP tell the session's time", Sql("CURRENT_TIMESTAMP; LOCALTIMESTAMP"))
            .Rows("SELECT COUNT(*) FROM DUAL WHERE ABS(CAST(CURRENT_TIMESTAMP AS DATE) - CAST(LOCALTIMESTAMP AS DATE)) < 1/1440", "1"),
        Case.Value("SESSIONTIMEZONE", "+00:00", Sql("SESSIONTIMEZONE")),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
