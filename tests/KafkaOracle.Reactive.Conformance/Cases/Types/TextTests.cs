namespace KafkaOracle.Reactive.Conformance.Types;

public sealed class TextTests(Target target) : CaseTests(target)
{
    private static readonly string Varchar = Sql("Data Types, VARCHAR2 Data Type");
    private static readonly string Char = Sql("Data Types, CHAR Data Type");
    private static readonly string National = Sql("Data Types, NVARCHAR2 Data Type");
    private static readonly string Comparison = Sql("Data Types, Data Type Comparison Rules, Blank-Padded and Nonpadded Comparison Semantics");
    private static readonly string Raw = Sql("Data Types, RAW and LONG RAW Data Types");

    public static CaseList Cases { get; } = new("Text and bytes")
    {
        new Case("VARCHAR2(n BYTE) counts bytes", Varchar)
            .Run("CREATE TABLE {t} (v VARCHAR2(4 BYTE))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", "éé"))
            .Fails("INSERT INTO {t} VALUES (:v)", [new Bind("v", "ééé")], 12899, "value too large for column \"{user}\".\"{t}\".\"V\" (actual: 6, maximum: 4)*"),
        new Case("VARCHAR2(n CHAR) counts characters", Varchar)
            .Run("CREATE TABLE {t} (v VARCHAR2(4 CHAR))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", "éé漢字"))
            .Fails("INSERT INTO {t} VALUES (:v)", [new Bind("v", "ééééé")], 12899, "value too large for column \"{user}\".\"{t}\".\"V\" (actual: 5, maximum: 4)*")
            .Rows("SELECT v, LENGTH(v), LENGTHB(v) FROM {t}", "éé漢字|4|10"),
        new Case("A character beyond the basic plane is one character of four bytes", Sql("LENGTH"))
            .Run("CREATE TABLE {t} (v VARCHAR2(1 CHAR))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", "😀"))
            .Rows("SELECT v, LENGTH(v), LENGTHB(v) FROM {t}", "😀|1|4"),
        new Case("A value of the whole length fits", Varchar)
            .Run("CREATE TABLE {t} (v VARCHAR2(4000))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", new string('x', 4000)))
            .Rows("SELECT LENGTH(v), SUBSTR(v, 3999) FROM {t}", "4000|xx"),
        new Case("Trailing blanks of VARCHAR2 are kept", Varchar)
            .Run("CREATE TABLE {t} (v VARCHAR2(10))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", "ab  "))
            .Rows("SELECT '[' || v || ']', LENGTH(v) FROM {t}", "[ab  ]|4"),
        new Case("A size is required for VARCHAR2", Error(906)).Fails("CREATE TABLE {t} (v VARCHAR2)", [906, 3048, 3049]),
        new Case("A size of zero is refused", Error(1723)).Fails("CREATE TABLE {t} (v VARCHAR2(0))", 1723),
        new Case("A size beyond 32767 is refused", Error(910)).Fails("CREATE TABLE {t} (v VARCHAR2(32768))", 910),
        new Case("CHAR beyond 2000 is refused", Error(910)).Fails("CREATE TABLE {t} (c CHAR(2001))", 910),
        new Case("CHAR is padded with blanks to its length", Char)
            .Run("CREATE TABLE {t} (c CHAR(5))")
            .Run("INSERT INTO {t} VALUES ('ab')")
            .Rows("SELECT '[' || c || ']', LENGTH(c) FROM {t}", "[ab   ]|5"),
        new Case("CHAR without a size holds one", Char)
            .Run("CREATE TABLE {t} (c CHAR)")
            .Run("INSERT INTO {t} VALUES ('x')")
            .Fails("INSERT INTO {t} VALUES ('xy')", 12899, "value too large for column \"{user}\".\"{t}\".\"C\" (actual: 2, maximum: 1)*"),
        new Case("CHAR(n CHAR) is padded to characters", Char)
            .Run("CREATE TABLE {t} (c CHAR(3 CHAR))")
            .Run("INSERT INTO {t} VALUES ('é')")
            .Rows("SELECT LENGTH(c), LENGTHB(c) FROM {t}", "3|4"),
        new Case("CHAR equals a literal without its blanks", Comparison)
            .Run("CREATE TABLE {t} (c CHAR(5))")
            .Run("INSERT INTO {t} VALUES ('ab')")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c = 'ab'", "1")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c = 'ab  '", "1")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c IN ('x', 'ab')", "1"),
        new Case("CHAR and VARCHAR2 compare with their blanks", Comparison)
            .Run("CREATE TABLE {t} (c CHAR(5), v VARCHAR2(5))")
            .Run("INSERT INTO {t} VALUES ('ab', 'ab')")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c = v", "0")
            .Rows("SELECT COUNT(*) FROM {t} WHERE RTRIM(c) = v", "1"),
        new Case("A VARCHAR2 bind does not match a padded CHAR, a CHAR bind does", Comparison)
            .Run("CREATE TABLE {t} (c CHAR(5))")
            .Run("INSERT INTO {t} VALUES ('ab')")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c = :c", [new Bind("c", "ab", OracleDbType.Varchar2)], "0")
            .Rows("SELECT COUNT(*) FROM {t} WHERE c = :c", [new Bind("c", "ab", OracleDbType.Char)], "1"),
        new Case("Two CHAR columns of different lengths compare without their blanks", Comparison)
            .Run("CREATE TABLE {t} (a CHAR(3), b CHAR(6))")
            .Run("INSERT INTO {t} VALUES ('ab', 'ab')")
            .Rows("SELECT COUNT(*) FROM {t} WHERE a = b", "1"),
        new Case("CHAR keys that differ in trailing blanks alone are duplicates", Comparison)
            .Run("CREATE TABLE {t} (c CHAR(5) PRIMARY KEY)")
            .Run("INSERT INTO {t} VALUES ('ab')")
            .Fails("INSERT INTO {t} VALUES ('ab ')", 1),
        new Case("NVARCHAR2 counts characters and keeps any of them", National)
            .Run("CREATE TABLE {t} (v NVARCHAR2(4))")
            .Run("INSERT INTO {t} VALUES (:v)", new Bind("v", "naïв", OracleDbType.NVarchar2))
            .Rows("SELECT v, LENGTH(v) FROM {t}", "naïв|4")
            .Fails("INSERT INTO {t} VALUES (N'abcde')", 12899, "value too large for column \"{user}\".\"{t}\".\"V\" (actual: 5, maximum: 4)*"),
        new Case("NCHAR is padded with blanks", Sql("Data Types, NCHAR Data Type"))
            .Run("CREATE TABLE {t} (c NCHAR(3))")
            .Run("INSERT INTO {t} VALUES (N'a')")
            .Rows("SELECT '[' || c || ']' FROM {t}", "[a  ]"),
        new Case("An empty text is NULL", Sql("Nulls"))
            .Run("CREATE TABLE {t} (id NUMBER, v VARCHAR2(5))")
            .Run("INSERT INTO {t} VALUES (1, '')")
            .Run("INSERT INTO {t} VALUES (2, :v)", new Bind("v", ""))
            .Rows("SELECT COUNT(*) FROM {t} WHERE v IS NULL", "2")
            .Rows("SELECT COUNT(*) FROM {t} WHERE v = ''", "0")
            .Rows("SELECT LENGTH(v) FROM {t} WHERE id = 1", "null"),
        new Case("An empty text breaks NOT NULL", Error(1400))
            .Run("CREATE TABLE {t} (v VARCHAR2(5) NOT NULL)")
            .Fails("INSERT INTO {t} VALUES ('')", 1400, "cannot insert NULL into (\"{user}\".\"{t}\".\"V\")*"),
        Case.Value("'a' || NULL || 'b'", "ab", Sql("Concatenation Operator")),
        Case.Value("'it''s'", "it's", Sql("Literals, Text Literals")),
        Case.Value("q'[it's]'", "it's", Sql("Literals, Text Literals, Alternative Quoting")),
        new Case("Text compares by its characters' codes", Sql("Data Types, Data Type Comparison Rules, Binary and Linguistic Comparisons"))
            .Run("CREATE TABLE {t} (v VARCHAR2(5))")
            .Run("INSERT INTO {t} SELECT 'b' FROM DUAL UNION ALL SELECT 'B' FROM DUAL UNION ALL SELECT 'a' FROM DUAL UNION ALL SELECT 'é' FROM DUAL UNION ALL SELECT '10' FROM DUAL UNION ALL SELECT '9' FROM DUAL")
            .Rows("SELECT v FROM {t} ORDER BY v", "10", "9", "B", "a", "b", "é"),
        new Case("RAW keeps bytes as they are", Raw)
            .Run("CREATE TABLE {t} (r RAW(4))")
            .Run("INSERT INTO {t} VALUES (:r)", new Bind("r", new byte[] { 0, 255, 16, 0 }, OracleDbType.Raw))
            .Rows("SELECT r, RAWTOHEX(r) FROM {t}", "00FF1000|00FF1000"),
        new Case("Text becomes RAW digit by hexadecimal digit", Raw)
            .Run("CREATE TABLE {t} (r RAW(4))")
            .Run("INSERT INTO {t} VALUES ('0aFf')")
            .Run("INSERT INTO {t} VALUES (HEXTORAW('1'))")
            .Rows("SELECT r FROM {t} ORDER BY r DESC", "0AFF", "01")
            .Fails("INSERT INTO {t} VALUES ('xyz')", 1465),
        new Case("RAW beyond its length is refused", Error(12899))
            .Run("CREATE TABLE {t} (r RAW(2))")
            .Fails("INSERT INTO {t} VALUES (:r)", [new Bind("r", new byte[] { 1, 2, 3 }, OracleDbType.Raw)], 12899, "value too large for column \"{user}\".\"{t}\".\"R\" (actual: 3, maximum: 2)*"),
        new Case("RAW is compared byte by byte", Raw)
            .Run("CREATE TABLE {t} (r RAW(4))")
            .Run("INSERT INTO {t} SELECT HEXTORAW('80') FROM DUAL UNION ALL SELECT HEXTORAW('7FFF') FROM DUAL UNION ALL SELECT HEXTORAW('7F') FROM DUAL")
            .Rows("SELECT r FROM {t} ORDER BY r", "7F", "7FFF", "80")
            .Rows("SELECT r FROM {t} WHERE r = :r", [new Bind("r", new byte[] { 127 }, OracleDbType.Raw)], "7F"),
        new Case("RAW needs a size", Error(906)).Fails("CREATE TABLE {t} (r RAW)", [906, 3048, 3049]),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
