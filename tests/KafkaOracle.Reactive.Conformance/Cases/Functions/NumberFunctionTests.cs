namespace KafkaOracle.Reactive.Conformance.Functions;

/// <summary>Mostly the examples that the manual itself gives.</summary>
public sealed class NumberFunctionTests(Target target) : CaseTests(target)
{
    public static CaseList Cases { get; } = new("Functions of numbers")
    {
        Case.Value("ABS(-15)", "15", Sql("ABS")),
        Case.Value("CEIL(15.7)", "16", Sql("CEIL (number)")),
        Case.Value("CEIL(-15.7)", "-15", Sql("CEIL (number)")),
        Case.Value("FLOOR(15.7)", "15", Sql("FLOOR (number)")),
        Case.Value("FLOOR(-15.2)", "-16", Sql("FLOOR (number)")),
        Case.Value("MOD(11, 4)", "3", Sql("MOD")),
        Case.Value("MOD(-11, 4)", "-3", Sql("MOD")),
        Case.Value("MOD(11, 0)", "11", Sql("MOD")),
        Case.Value("MOD(1.9, 1)", "0.9", Sql("MOD")),
        Case.Value("REMAINDER(11, 4)", "-1", Sql("REMAINDER")),
        Case.Value("POWER(3, 2)", "9", Sql("POWER")),
        Case.Value("POWER(2, -1)", "0.5", Sql("POWER")),
        new Case("POWER of a negative number needs a whole exponent", Sql("POWER")).Fails("SELECT POWER(-2, 0.5) FROM DUAL", 1428),
        Case.Value("ROUND(15.193, 1)", "15.2", Sql("ROUND (number)")),
        Case.Value("ROUND(15.193, -1)", "20", Sql("ROUND (number)")),
        Case.Value("ROUND(-2.5)", "-3", Sql("ROUND (number)")),
        Case.Value("TRUNC(15.79, 1)", "15.7", Sql("TRUNC (number)")),
        Case.Value("TRUNC(15.79, -1)", "10", Sql("TRUNC (number)")),
        Case.Value("TRUNC(-15.79)", "-15", Sql("TRUNC (number)")),
        Case.Value("SIGN(-15) || SIGN(0) || SIGN(0.1)", "-101", Sql("SIGN")),
        Case.Value("ROUND(SQRT(26), 8)", "5.09901951", Sql("SQRT")),
        new Case("SQRT of a negative number is refused", Error(1428)).Fails("SELECT SQRT(-1) FROM DUAL", 1428, "argument '*' is out of range*"),
        Case.Value("ROUND(EXP(4), 5)", "54.59815", Sql("EXP")),
        Case.Value("ROUND(LN(95), 8)", "4.55387689", Sql("LN")),
        Case.Value("LOG(10, 100)", "2", Sql("LOG")),
        Case.Value("ROUND(COS(180 * 3.14159265359/180), 6)", "-1", Sql("COS")),
        Case.Value("ROUND(SIN(30 * 3.14159265359/180), 6)", "0.5", Sql("SIN")),
        Case.Value("ROUND(TAN(135 * 3.14159265359/180), 6)", "-1", Sql("TAN")),
        Case.Value("ROUND(ATAN2(.3, .2), 9)", "0.982793723", Sql("ATAN2")),
        Case.Value("BITAND(6, 3)", "2", Sql("BITAND")),
        Case.Value("WIDTH_BUCKET(35, 0, 100, 10)", "4", Sql("WIDTH_BUCKET")),
        Case.Value("WIDTH_BUCKET(100, 0, 100, 10)", "11", Sql("WIDTH_BUCKET")),
        Case.Value("GREATEST(3, 12, 7)", "12", Sql("GREATEST")),
        Case.Value("GREATEST('HARRY', 'HARRIOT', 'HAROLD')", "HARRY", Sql("GREATEST")),
        Case.Value("LEAST('HARRY', 'HARRIOT', 'HAROLD')", "HAROLD", Sql("LEAST")),
        Case.Value("NANVL(TO_BINARY_DOUBLE('NaN'), 0)", "0", Sql("NANVL")),
        Case.Value("10 - 2 - 3 * 2", "2", Sql("About SQL Operators, Operator Precedence")),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
