namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class DescribeTests(Target target) : CaseTests(target)
{
    private static readonly string Types = Driver("OracleDataReader Class, GetFieldType and GetDataTypeName; OracleDbType Enumeration");
    private static readonly string Schema = Driver("OracleDataReader Class, GetSchemaTable");

    public static CaseList Cases { get; } = new("Describing queries")
    {
        new Case("Integers have the .NET type that their precision fits", Types)
            .Run("CREATE TABLE {t} (a NUMBER(4), b NUMBER(9), c NUMBER(18), d NUMBER(19), e NUMBER(38), f INTEGER)")
            .Do(s => FieldTypes(s).Should().Equal(typeof(short), typeof(int), typeof(long), typeof(decimal), typeof(decimal), typeof(decimal))),
        new Case("A NUMBER without precision is a decimal", Types)
            .Run("CREATE TABLE {t} (a NUMBER, b NUMBER(20,4))")
            .Do(s => FieldTypes(s).Should().Equal(typeof(decimal), typeof(decimal))),
        new Case("Binary numbers are float and double", Types)
            .Run("CREATE TABLE {t} (a BINARY_FLOAT, b BINARY_DOUBLE)")
            .Do(s => FieldTypes(s).Should().Equal(typeof(float), typeof(double))),
        new Case("Text, bytes and times have the types users expect", Types)
            .Run("CREATE TABLE {t} (a VARCHAR2(9), b NVARCHAR2(9), c CHAR(9), d RAW(9), e DATE, f TIMESTAMP, g TIMESTAMP WITH LOCAL TIME ZONE)")
            .Do(s => FieldTypes(s).Should().Equal(typeof(string), typeof(string), typeof(string), typeof(byte[]), typeof(DateTime), typeof(DateTime), typeof(DateTime))),
        new Case("A zoned time is read as a DateTimeOffset or a DateTime", Types)
            .Run("CREATE TABLE {t} (a TIMESTAMP WITH TIME ZONE)")
            .Do(s => FieldTypes(s).Should().ContainSingle().Which.Should().Match(t => t == typeof(DateTimeOffset) || t == typeof(DateTime))),
        new Case("Intervals are TimeSpan and a count of months", Types)
            .Run("CREATE TABLE {t} (a INTERVAL DAY TO SECOND, b INTERVAL YEAR TO MONTH)")
            .Do(s => FieldTypes(s).Should().Equal(typeof(TimeSpan), typeof(long))),
        new Case("LOBs are text and bytes", Types)
            .Run("CREATE TABLE {t} (a CLOB, b NCLOB, c BLOB)")
            .Do(s => FieldTypes(s).Should().Equal(typeof(string), typeof(string), typeof(byte[]))),
        new Case("Each type has its name", Types)
            .Run("CREATE TABLE {t} (a VARCHAR2(9), b NVARCHAR2(9), c CHAR(9), d RAW(9), e DATE, f TIMESTAMP, g TIMESTAMP WITH TIME ZONE, h TIMESTAMP WITH LOCAL TIME ZONE, i BINARY_DOUBLE, j BINARY_FLOAT, k CLOB, l BLOB, m NUMBER, n NCLOB, o NCHAR(2))")
            .Do(s => TypeNames(s).Should().Equal("Varchar2", "NVarchar2", "Char", "Raw", "Date", "TimeStamp", "TimeStampTZ", "TimeStampLTZ", "BinaryDouble", "BinaryFloat", "Clob", "Blob", "Decimal", "NClob", "NChar")),
        new Case("Columns have their names in upper case, aliases and quoted names as written", Sql("Database Object Names and Qualifiers"))
            .Do(s =>
            {
                using var command = s.Command("SELECT dummy, 1 AS one, 2 \"Two two\", 1 + 1 FROM DUAL");
                using var reader = command.ExecuteReader();
                Enumerable.Range(0, 4).Select(reader.GetName).Should().Equal("DUMMY", "ONE", "Two two", "1+1");
            }),
        new Case("Columns are found by name, whatever its case", Driver("OracleDataReader Class, GetOrdinal"))
            .Do(s =>
            {
                using var command = s.Command("SELECT 1 AS a, 2 AS b FROM DUAL");
                using var reader = command.ExecuteReader();
                reader.GetOrdinal("B").Should().Be(1);
                reader.GetOrdinal("b").Should().Be(1);
            }),
        new Case("The schema table tells sizes, and whether they are bytes or characters", Schema)
            .Run("CREATE TABLE {t} (a VARCHAR2(9 BYTE), b VARCHAR2(9 CHAR), c CHAR(4 CHAR), d RAW(9))")
            .Do(s =>
            {
                Described(s, "ColumnSize").Zip(Described(s, "IsByteSemantic")).Take(3).Should().Equal((9, true), (9, false), (4, false));
            }),
        new Case("The schema table tells precision and scale", Schema)
            .Run("CREATE TABLE {t} (a NUMBER(12,3), b NUMBER(5), c NUMBER(38), d NUMBER(7,-2))")
            .Do(s =>
            {
                Described(s, "NumericPrecision").Select(Convert.ToInt32).Should().Equal(12, 5, 38, 7);
                Described(s, "NumericScale").Select(Convert.ToInt32).Should().Equal(3, 0, 0, -2);
            }),
        new Case("The schema table tells what may be NULL", Schema)
            .Run("CREATE TABLE {t} (a NUMBER NOT NULL, b NUMBER, c NUMBER PRIMARY KEY)")
            .Do(s => Described(s, "AllowDBNull").Should().Equal(false, true, false)),
        new Case("The schema table marks LOBs as long", Schema)
            .Run("CREATE TABLE {t} (a NUMBER, b CLOB, c BLOB)")
            .Do(s => Described(s, "IsLong").Should().Equal(false, true, true)),
        new Case("The schema table has the driver's types", Schema)
            .Run("CREATE TABLE {t} (a NUMBER, b VARCHAR2(5), c DATE, d CLOB)")
            .Do(s => Described(s, "ProviderType").Cast<OracleDbType>().Should().Equal(OracleDbType.Decimal, OracleDbType.Varchar2, OracleDbType.Date, OracleDbType.Clob)),
        new Case("SchemaOnly describes without reading rows", Driver("OracleCommand Class, ExecuteReader(CommandBehavior)"))
            .Run("CREATE TABLE {t} (a NUMBER(3), b VARCHAR2(5))")
            .Run("INSERT INTO {t} VALUES (1, 'x')")
            .Do(s =>
            {
                using var command = s.Command("SELECT * FROM {t}");
                using var reader = command.ExecuteReader(CommandBehavior.SchemaOnly);
                reader.FieldCount.Should().Be(2);
                reader.Read().Should().BeFalse();
            }),
        new Case("KeyInfo tells the key and the table", Driver("OracleCommand Class, ExecuteReader(CommandBehavior)"))
            .Run("CREATE TABLE {t} (id NUMBER(3) PRIMARY KEY, b VARCHAR2(5))")
            .Do(s =>
            {
                using var command = s.Command("SELECT id, b FROM {t}");
                using var reader = command.ExecuteReader(CommandBehavior.KeyInfo);
                var rows = reader.GetSchemaTable()!.Rows.Cast<DataRow>().ToList();
                rows.Select(r => r["IsKey"]).Should().Equal(true, false);
                rows.Select(r => r["BaseTableName"]).Should().AllBeEquivalentTo(s.Named("{t}"));
            }),
        new Case("Expressions have the types of their results", Sql("Data Types, Numeric Precedence"))
            .Do(s =>
            {
                using var command = s.Command("SELECT 1 + 1, TO_CHAR(1), SYSDATE, SYSTIMESTAMP, 1d * 2, HEXTORAW('FF'), SYSDATE - SYSDATE FROM DUAL");
                using var reader = command.ExecuteReader();
                Enumerable.Range(0, 7).Select(reader.GetDataTypeName).Should().Equal("Decimal", "Varchar2", "Date", "TimeStampTZ", "BinaryDouble", "Raw", "Decimal");
            }),
        new Case("A text literal is a CHAR, and so are two of them together", Sql("Literals, Text Literals; Concatenation Operator"))
            .Do(s =>
            {
                using var command = s.Command("SELECT 'abc', 'abc' || 'd' FROM DUAL");
                using var reader = command.ExecuteReader();
                reader.GetDataTypeName(0).Should().Be("Char");
                reader.GetDataTypeName(1).Should().Be("Char");
            }),
        new Case("COUNT is a decimal", Sql("COUNT")).Do(s => s.Scalar("SELECT COUNT(*) FROM DUAL").Should().BeOfType<decimal>()),
        new Case("Numbers beyond a decimal's digits are read as OracleDecimal", Driver("OracleDecimal Structure"))
            .Do(s =>
            {
                using var command = s.Command("SELECT 12345678901234567890123456789012345678 FROM DUAL");
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.Invoking(r => r.GetDecimal(0)).Should().Throw<OverflowException>();
                reader.GetOracleDecimal(0).ToString().Should().Be("12345678901234567890123456789012345678");
            }),
        new Case("Wrong typed accessors throw", Driver("OracleDataReader Class, GetInt32"))
            .Do(s =>
            {
                using var command = s.Command("SELECT 'abc', CAST(NULL AS NUMBER) FROM DUAL");
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.Invoking(r => r.GetInt32(0)).Should().Throw<InvalidCastException>();
                reader.Invoking(r => r.GetInt32(1)).Should().Throw<InvalidCastException>();
            }),
        new Case("NULL is DBNull and IsDBNull", Driver("OracleDataReader Class, IsDBNull"))
            .Do(s =>
            {
                using var command = s.Command("SELECT NULL, '' FROM DUAL");
                using var reader = command.ExecuteReader();
                reader.Read().Should().BeTrue();
                reader.IsDBNull(0).Should().BeTrue();
                reader.GetValue(1).Should().Be(DBNull.Value);
            }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);

    private static List<Type> FieldTypes(Session session)
    {
        using var command = session.Command("SELECT * FROM {t}");
        using var reader = command.ExecuteReader();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetFieldType)];
    }

    private static List<string> TypeNames(Session session)
    {
        using var command = session.Command("SELECT * FROM {t}");
        using var reader = command.ExecuteReader();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName)];
    }

    private static List<object> Described(Session session, string property)
    {
        using var command = session.Command("SELECT * FROM {t}");
        using var reader = command.ExecuteReader();
        return [.. reader.GetSchemaTable()!.Rows.Cast<DataRow>().Select(r => r[property])];
    }
}
