namespace KafkaOracle.Reactive.Conformance.Functions;

public sealed class FormatTests(Target target) : CaseTests(target)
{
    private static readonly string Numbers = Sql("Format Models, Number Format Models");
    private static readonly string Dates = Sql("Format Models, Datetime Format Models");
    private static readonly string Modifiers = Sql("Format Models, Format Model Modifiers");
    private const string At = "TO_DATE('2003-09-05 09:04:07', 'YYYY-MM-DD HH24:MI:SS')";

    public static CaseList Cases { get; } = new("Format models")
    {
        Case.Value("TO_CHAR(-1234567890, '9999999999S')", "1234567890-", Numbers),
        Case.Value("TO_CHAR(0, '99.99')", "   .00", Numbers),
        Case.Value("TO_CHAR(-0.2, '99.99')", "  -.20", Numbers),
        Case.Value("TO_CHAR(0, '90.99')", "  0.00", Numbers),
        Case.Value("TO_CHAR(0, '9999')", "    0", Numbers),
        Case.Value("TO_CHAR(123.456, '999.999')", " 123.456", Numbers),
        Case.Value("TO_CHAR(123.456, 'FM999.009')", "123.456", Numbers),
        Case.Value("TO_CHAR(123.0, 'FM999.009')", "123.00", Numbers),
        Case.Value("TO_CHAR(123.456, 'FM9.9EEEE')", "1.2E+02", Numbers),
        Case.Value("TO_CHAR(123.45, 'FML999.99')", "$123.45", Numbers),
        Case.Value("TO_CHAR(10000, '$99,999.99')", " $10,000.00", Numbers),
        Case.Value("TO_CHAR(-1234.5, '9,999.00MI')", "1,234.50-", Numbers),
        Case.Value("TO_CHAR(-12, '999PR')", " <12>", Numbers),
        Case.Value("TO_CHAR(42, '00000')", " 00042", Numbers),
        Case.Value("TO_CHAR(12345, '9G999')", "######", Numbers),
        Case.Value("TO_CHAR(255, 'XXXX')", "   FF", Numbers),
        Case.Value("TO_CHAR(44, 'FMrn')", "xliv", Numbers),
        Case.Value("TO_CHAR(4000, 'RN')", "###############", Numbers),
        Case.Value("TO_CHAR(1999, 'RN')", "        MCMXCIX", Numbers),
        Case.Value("TO_CHAR(0.5)", ".5", Sql("TO_CHAR (number)")),
        Case.Value("TO_CHAR(-1234.5)", "-1234.5", Sql("TO_CHAR (number)")),
        new Case("An unknown number format is refused", Error(1481)).Fails("SELECT TO_CHAR(1, 'QQ') FROM DUAL", 1481),
        Case.Value("TO_NUMBER('1,234.50', '9,999.99')", "1234.5", Sql("TO_NUMBER")),
        Case.Value("TO_NUMBER('$4,567.01', 'L9G999D99')", "4567.01", Sql("TO_NUMBER")),
        Case.Value("TO_NUMBER('FF', 'XX')", "255", Sql("TO_NUMBER")),
        Case.Value("TO_NUMBER('1.5E3')", "1500", Sql("TO_NUMBER")),
        new Case("Text that does not fit the number's format is refused", Error(1722)).Fails("SELECT TO_NUMBER('12a', '999') FROM DUAL", 1722),
        Case.Value($"TO_CHAR({At}, 'YYYY-MM-DD HH24:MI:SS')", "2003-09-05 09:04:07", Dates),
        Case.Value($"TO_CHAR({At}, 'DD-MON-RR')", "05-SEP-03", Dates),
        Case.Value($"TO_CHAR({At}, 'Day, DDTH Month YYYY')", "Friday   , 05TH September 2003", Dates),
        Case.Value($"TO_CHAR({At}, 'fmDay, ddth Month YYYY')", "Friday, 5th September 2003", Modifiers),
        Case.Value($"TO_CHAR({At}, 'DY dy Dy')", "FRI fri Fri", Modifiers),
        Case.Value($"TO_CHAR({At}, 'HH:MI:SS AM \"at\" SSSSS')", "09:04:07 AM at 32647", Dates),
        Case.Value($"TO_CHAR({At} + 0.5, 'HH12:MI P.M.')", "09:04 P.M.", Dates),
        Case.Value($"TO_CHAR({At}, 'Q WW IW W DDD D J')", "3 36 36 1 248 6 2452888", Dates),
        Case.Value("TO_CHAR(DATE '2021-01-01', 'IYYY-IW')", "2020-53", Dates),
        Case.Value($"TO_CHAR({At}, 'YEAR')", "TWO THOUSAND THREE", Dates),
        Case.Value($"TO_CHAR({At}, 'CC YY Y')", "21 03 3", Dates),
        Case.Value($"TO_CHAR({At}, 'RM')", "IX  ", Dates),
        Case.Value("TO_CHAR(TIMESTAMP '2024-01-01 00:00:00.123456', 'SS.FF3 FF FF6')", "00.123 123456000 123456", Dates),
        Case.Value("TO_CHAR(TIMESTAMP '2024-01-01 10:00:00.5 +02:00', 'YYYY-MM-DD\"T\"HH24:MI:SSXFF1TZH:TZM')", "2024-01-01T10:00:00.5+02:00", Dates),
        Case.Value("TO_DATE('January 15, 1989, 11:00 A.M.', 'Month dd, YYYY, HH:MI A.M.')", "1989-01-15 11:00:00", Sql("TO_DATE")),
        Case.Value("TO_DATE('98-10-27', 'RR-MM-DD')", "1998-10-27 00:00:00", Sql("Format Models, The RR Datetime Format Element")),
        Case.Value("TO_DATE('17-10-27', 'RR-MM-DD')", "2017-10-27 00:00:00", Sql("Format Models, The RR Datetime Format Element")),
        Case.Value("TO_DATE('20240229', 'YYYYMMDD')", "2024-02-29 00:00:00", Sql("TO_DATE")),
        Case.Value("TO_DATE('2024060', 'YYYYDDD')", "2024-02-29 00:00:00", Dates),
        Case.Value("TO_DATE('2452888', 'J')", "2003-09-05 00:00:00", Dates),
        Case.Value("TO_DATE('2024/2/9', 'YYYY-MM-DD')", "2024-02-09 00:00:00", Sql("Format Models, String-to-Date Conversion Rules")),
        Case.Value("TO_TIMESTAMP('10-Sep-02 14:10:10.123000', 'DD-Mon-RR HH24:MI:SS.FF')", "2002-09-10 14:10:10.123", Sql("TO_TIMESTAMP")),
        Case.Value("TO_TIMESTAMP('2024-01-02T03:04:05.6', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF')", "2024-01-02 03:04:05.6", Sql("TO_TIMESTAMP")),
        Case.Value("TO_CHAR(TO_TIMESTAMP_TZ('1999-12-01 11:00:00 -8:00', 'YYYY-MM-DD HH:MI:SS TZH:TZM'), 'YYYY-MM-DD HH24:MI:SS TZH:TZM')", "1999-12-01 11:00:00 -08:00", Sql("TO_TIMESTAMP_TZ")),
        new Case("FX wants the text exactly so", Modifiers)
            .Rows("SELECT TO_DATE('15/JAN/1998', 'DD-MON-YYYY') FROM DUAL", "1998-01-15 00:00:00")
            .Fails("SELECT TO_DATE('15/JAN/1998', 'FXDD-MON-YYYY') FROM DUAL", 1861),
        new Case("Text beyond the format is refused", Error(1830)).Fails("SELECT TO_DATE('2024-01-01 10:00', 'YYYY-MM-DD') FROM DUAL", 1830),
        new Case("Text where digits belong is refused", Error(1858)).Fails("SELECT TO_DATE('abcd-01-01', 'YYYY-MM-DD') FROM DUAL", [1858, 1841]),
        new Case("An hour beyond 23 is refused", Error(1850)).Fails("SELECT TO_DATE('24:00', 'HH24:MI') FROM DUAL", 1850),
        new Case("A minute beyond 59 is refused", Error(1851)).Fails("SELECT TO_DATE('10:60', 'HH24:MI') FROM DUAL", 1851),
        new Case("An hour beyond 12 is refused with HH", Error(1849)).Fails("SELECT TO_DATE('13:00', 'HH:MI') FROM DUAL", 1849),
        new Case("A text too short for its format is refused", Error(1840)).Fails("SELECT TO_DATE('2024', 'YYYY-MM-DD') FROM DUAL", 1840),
        new Case("An unknown date format is refused", Error(1821)).Fails("SELECT TO_CHAR(SYSDATE, 'YYYY-KK') FROM DUAL", 1821),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
