namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class NumberTests(Target target) : CaseTests(target)
{
    private static readonly string Number = Sql("Data Types, NUMBER Data Type");
    private static readonly string Float = Sql("Data Types, FLOAT Data Type");
    private static readonly string Floating = Sql("Data Types, Floating-Point Numbers");
    private static readonly string Literal = Sql("Literals, Numeric Literals");

    public static CaseList Cases { get; } = new("Numbers")
    {
        new Case("A NUMBER keeps 38 digits", Number)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (12345678901234567890123456789012345678)")
            .Run("INSERT INTO {t} VALUES (-0.00012345678901234567890123456789012345678)")
            .Rows("SELECT n FROM {t} ORDER BY n DESC", "12345678901234567890123456789012345678", "-0.00012345678901234567890123456789012345678"),
        new Case("38 digits pass through a bind and back", Number)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", OracleDecimal.Parse("99999999999999999999999999999999999999")))
            .Run("INSERT INTO {t} VALUES (:n)", new Bind("n", OracleDecimal.Parse("-1234567890123456789012345678.0123456789")))
            .Rows("SELECT n FROM {t} ORDER BY n", "-1234567890123456789012345678.0123456789", "99999999999999999999999999999999999999"),
        new Case("Values from 1E-130 to 9.99E125 are kept", Number)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} VALUES (1E-130)")
            .Run("INSERT INTO {t} VALUES (9.99E125)")
            .Rows("SELECT COUNT(*) FROM {t} WHERE n = 1E-130 OR n = 9.99E125", "2"),
        new Case("A value is rounded to its column's scale", Number)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER(*,1), c NUMBER(9), d NUMBER(9,2), e NUMBER(9,1), f NUMBER(7,-2))")
            .Run("INSERT INTO {t} VALUES (7456123.89, 7456123.89, 7456123.89, 7456123.89, 7456123.89, 7456123.89)")
            .Rows("SELECT * FROM {t}", "7456123.89|7456123.9|7456124|7456123.89|7456123.9|7456100"),
        new Case("Halves are rounded away from zero", Sql("ROUND (number)"))
            .Run("CREATE TABLE {t} (n NUMBER(4,1))")
            .Run("INSERT INTO {t} SELECT 1.25 FROM DUAL UNION ALL SELECT -1.25 FROM DUAL UNION ALL SELECT 1.35 FROM DUAL")
            .Rows("SELECT n FROM {t} ORDER BY n", "-1.3", "1.3", "1.4"),
        new Case("A scale above the precision asks for zeros after the point", Number)
            .Run("CREATE TABLE {t} (a NUMBER(4,5), b NUMBER(2,7))")
            .Run("INSERT INTO {t} VALUES (.01234, .0000012)")
            .Run("INSERT INTO {t} VALUES (.000127, .00000123)")
            .Rows("SELECT * FROM {t} ORDER BY a DESC", "0.01234|0.0000012", "0.00013|0.0000012")
            .Fails("INSERT INTO {t} (a) VALUES (.1)", 1438),
        new Case("A value with too many digits before the point is refused", Number)
            .Run("CREATE TABLE {t} (a NUMBER(6), b NUMBER(5,2))")
            .Fails("INSERT INTO {t} (a) VALUES (7456123.89)", 1438, "value larger than specified precision allowed for this column")
            .Fails("INSERT INTO {t} (b) VALUES (999.995)", 1438)
            .Fails("INSERT INTO {t} (b) VALUES (:b)", [new Bind("b", -1000m)], 1438)
            .Rows("SELECT COUNT(*) FROM {t}", "0"),
        new Case("A negative scale rounds before the point and widens the range", Number)
            .Run("CREATE TABLE {t} (n NUMBER(2,-3))")
            .Run("INSERT INTO {t} VALUES (98501)")
            .Rows("SELECT n FROM {t}", "99000")
            .Fails("INSERT INTO {t} VALUES (99500)", 1438),
        new Case("A precision without a scale means integers", Number)
            .Run("CREATE TABLE {t} (a NUMBER(3), b INTEGER, c DECIMAL, d NUMERIC(5,1), e SMALLINT)")
            .Run("INSERT INTO {t} VALUES (1.5, 2.5, 3.5, 4.55, -0.4)")
            .Rows("SELECT * FROM {t}", "2|3|4|4.6|0"),
        new Case("A precision beyond 38 is refused", Error(1727)).Fails("CREATE TABLE {t} (n NUMBER(39))", 1727),
        new Case("A scale beyond 127 is refused", Error(1728)).Fails("CREATE TABLE {t} (n NUMBER(5,128))", 1728),
        new Case("FLOAT(b) rounds to binary digits' worth of decimal ones", Float)
            .Run("CREATE TABLE {t} (a NUMBER(5,2), b FLOAT(5))")
            .Run("INSERT INTO {t} VALUES (1.23, 1.23)")
            .Run("INSERT INTO {t} VALUES (7.89, 7.89)")
            .Run("INSERT INTO {t} VALUES (12.79, 12.79)")
            .Run("INSERT INTO {t} VALUES (123.45, 123.45)")
            .Rows("SELECT * FROM {t} ORDER BY a", "1.23|1.2", "7.89|7.9", "12.79|13", "123.45|120"),
        new Case("Decimal fractions add up exactly", Number)
            .Rows("SELECT 0.1 + 0.2, 1.1 * 1.1, 100 - 99.99 FROM DUAL", "0.3|1.21|0.01")
            .Rows("SELECT COUNT(*) FROM DUAL WHERE 0.1 + 0.2 = 0.3", "1"),
        Case.Query("Large integers are computed exactly", Number, "SELECT 9007199254740993 + 1, 99999999999999999999 * 9 FROM DUAL", "9007199254740994|899999999999999999991"),
        Case.Query("A quotient has as many digits as NUMBER holds", Number, "SELECT ROUND(1 / 3, 30), ROUND(2 / 3, 30) FROM DUAL", "0.333333333333333333333333333333|0.666666666666666666666666666667"),
        new Case("A result beyond the range overflows", Error(1426)).Fails("SELECT POWER(10, 126) FROM DUAL", 1426, "numeric overflow*"),
        new Case("Division by zero is an error", Error(1476)).Fails("SELECT 1 / 0 FROM DUAL", 1476, "divisor is equal to zero*"),
        Case.Value("1.5E3", "1500", Literal),
        Case.Value("+.5", "0.5", Literal),
        new Case("BINARY_DOUBLE keeps a double's bits", Floating)
            .Run("CREATE TABLE {t} (d BINARY_DOUBLE)")
            .Run("INSERT INTO {t} VALUES (:d)", new Bind("d", 0.1, OracleDbType.BinaryDouble))
            .Run("INSERT INTO {t} VALUES (:d)", new Bind("d", double.MaxValue, OracleDbType.BinaryDouble))
            .Run("INSERT INTO {t} VALUES (:d)", new Bind("d", -2.2250738585072014E-308, OracleDbType.BinaryDouble))
            .Do(s => s.Rows("SELECT d FROM {t} ORDER BY d").Should().Equal("-2.2250738585072014E-308", "0.1", "1.7976931348623157E+308")),
        new Case("BINARY_FLOAT keeps a float's bits", Floating)
            .Run("CREATE TABLE {t} (f BINARY_FLOAT)")
            .Run("INSERT INTO {t} VALUES (:f)", new Bind("f", 0.1f, OracleDbType.BinaryFloat))
            .Run("INSERT INTO {t} VALUES (-3.25f)")
            .Rows("SELECT f FROM {t} ORDER BY f", "-3.25", "0.1"),
        Case.Query("Literals that end in f and d are binary", Literal, "SELECT 1.5f, 2.25d FROM DUAL", "1.5|2.25"),
        Case.Query("Binary arithmetic is binary", Floating, "SELECT CASE WHEN 0.1d + 0.2d = 0.3d THEN 'same' ELSE 'other' END FROM DUAL", "other"),
        Case.Query("Binary division by zero gives infinity, and zero by zero NaN", Floating, "SELECT 1d / 0, -1d / 0, 0d / 0 FROM DUAL", "Infinity|-Infinity|NaN"),
        new Case("NaN equals NaN and is greater than everything", Sql("Data Types, Floating-Point Numbers, Floating-Point Conditions"))
            .Rows("SELECT CASE WHEN BINARY_DOUBLE_NAN = BINARY_DOUBLE_NAN THEN 'equal' END FROM DUAL", "equal")
            .Rows("SELECT CASE WHEN BINARY_DOUBLE_NAN > BINARY_DOUBLE_INFINITY THEN 'greater' END FROM DUAL", "greater"),
        Case.Query("IS NAN and IS INFINITE test binary values", Sql("Floating-Point Conditions"), "SELECT CASE WHEN 0d / 0 IS NAN THEN 1 END, CASE WHEN 1d IS NOT NAN THEN 2 END, CASE WHEN 1d / 0 IS INFINITE THEN 3 END FROM DUAL", "1|2|3"),
        Case.Query("A number and a binary double compare as binary doubles", Sql("Data Types, Numeric Precedence"), "SELECT CASE WHEN 0.5 = 0.5d THEN 'equal' END FROM DUAL", "equal"),
        new Case("Numbers that have equal values are equal however they are written", Number)
            .Run("CREATE TABLE {t} (n NUMBER PRIMARY KEY)")
            .Run("INSERT INTO {t} VALUES (1.50)")
            .Fails("INSERT INTO {t} VALUES (:n)", [new Bind("n", 1.5m)], 1)
            .Rows("SELECT n FROM {t} WHERE n = 15E-1", "1.5"),
        new Case("Numbers sort by value", Number)
            .Run("CREATE TABLE {t} (n NUMBER)")
            .Run("INSERT INTO {t} SELECT -100 FROM DUAL UNION ALL SELECT 9 FROM DUAL UNION ALL SELECT 10 FROM DUAL UNION ALL SELECT -0.5 FROM DUAL UNION ALL SELECT 0 FROM DUAL UNION ALL SELECT 1E30 FROM DUAL")
            .Rows("SELECT n FROM {t} WHERE n < 1E30 ORDER BY n", "-100", "-0.5", "0", "9", "10"),
        new Case("Text becomes a number where one is needed", Sql("Data Types, Implicit Data Conversion"))
            .Run("CREATE TABLE {t} (n NUMBER, v VARCHAR2(10))")
            .Run("INSERT INTO {t} VALUES ('12.5', 7)")
            .Rows("SELECT n + '1', v || 1, v * 2 FROM {t} WHERE v = 7", "13.5|71|14")
            .Fails("SELECT 'x' + 1 FROM DUAL", 1722, "invalid number"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
