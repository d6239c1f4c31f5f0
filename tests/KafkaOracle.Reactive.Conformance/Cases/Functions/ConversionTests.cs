namespace KafkaOracle.Reactive.Conformance.Functions;

public sealed class ConversionTests(Target target) : CaseTests(target)
{
    private static readonly string Cast = Sql("CAST");

    public static CaseList Cases { get; } = new("Conversions and choices")
    {
        Case.Value("CAST('123.456' AS NUMBER(5,2))", "123.46", Cast),
        Case.Value("CAST(12.5 AS VARCHAR2(10))", "12.5", Cast),
        Case.Value("CAST('abcdef' AS VARCHAR2(3))", "abc", Cast),
        Case.Value("'[' || CAST('ab' AS CHAR(4)) || ']'", "[ab  ]", Cast),
        Case.Value("CAST(TIMESTAMP '2024-01-01 10:00:00.4' AS DATE)", "2024-01-01 10:00:00", Cast),
        Case.Value("CAST(DATE '2024-01-01' AS TIMESTAMP)", "2024-01-01 00:00:00", Cast),
        Case.Value("CAST(1.5 AS BINARY_DOUBLE)", "1.5", Cast),
        Case.Value("CAST(2.5 AS INTEGER)", "3", Cast),
        Case.Value("CAST(NULL AS NUMBER(3))", "null", Cast),
        new Case("CAST checks the precision", Error(1438)).Fails("SELECT CAST(1000 AS NUMBER(3)) FROM DUAL", 1438),
        new Case("CAST of a text that is no number is refused", Error(1722)).Fails("SELECT CAST('x' AS NUMBER) FROM DUAL", 1722),
        Case.Value("CAST('x' AS NUMBER DEFAULT -1 ON CONVERSION ERROR)", "-1", Cast),
        Case.Value("TO_NUMBER('x' DEFAULT 0 ON CONVERSION ERROR)", "0", Sql("TO_NUMBER")),
        Case.Value("TO_NUMBER(NULL DEFAULT 0 ON CONVERSION ERROR)", "null", Sql("TO_NUMBER")),
        Case.Value("TO_DATE('x' DEFAULT '2024-02-01' ON CONVERSION ERROR, 'YYYY-MM-DD')", "2024-02-01 00:00:00", Sql("TO_DATE")),
        Case.Value("TO_DATE('2024-01-01' DEFAULT NULL ON CONVERSION ERROR, 'YYYY-MM-DD')", "2024-01-01 00:00:00", Sql("TO_DATE")),
        Case.Value("CAST('12.345' AS NUMBER(5,1) DEFAULT 0 ON CONVERSION ERROR)", "12.3", Cast),
        Case.Value("VALIDATE_CONVERSION('2024-02-30' AS DATE, 'YYYY-MM-DD')", "0", Sql("VALIDATE_CONVERSION")),
        Case.Value("VALIDATE_CONVERSION(NULL AS NUMBER)", "1", Sql("VALIDATE_CONVERSION")),
        Case.Value("VALIDATE_CONVERSION('12x' AS NUMBER)", "0", Sql("VALIDATE_CONVERSION")),
        Case.Value("TO_BINARY_DOUBLE('1.5')", "1.5", Sql("TO_BINARY_DOUBLE")),
        Case.Value("TO_BINARY_FLOAT(0.5)", "0.5", Sql("TO_BINARY_FLOAT")),
        Case.Value("HEXTORAW('7D')", "7D", Sql("HEXTORAW")),
        Case.Value("RAWTOHEX(HEXTORAW('0A1b'))", "0A1B", Sql("RAWTOHEX")),
        Case.Value("TO_NCHAR('a') || TO_CHAR(N'b')", "ab", Sql("TO_NCHAR (character)")),
        Case.Value("LENGTH(SYS_GUID())", "32", Sql("SYS_GUID")),
        Case.Value("STANDARD_HASH('abc', 'SHA256')", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Sql("STANDARD_HASH")),
        Case.Value("DUMP('abc', 16)", "Typ=96 Len=3: 61,62,63", Sql("DUMP")),
        Case.Value("VSIZE('abc')", "3", Sql("VSIZE")),
        Case.Value("DECODE(2, 1, 'one', 2, 'two', 'many')", "two", Sql("DECODE")),
        Case.Value("DECODE(7, 1, 'one', 2, 'two')", "null", Sql("DECODE")),
        Case.Value("CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "two", Sql("Expressions, CASE Expressions")),
        Case.Value("CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' ELSE 'c' END", "b", Sql("Expressions, CASE Expressions")),
        Case.Query("CASE evaluates no branch beyond the one it takes", Sql("Expressions, CASE Expressions"), "SELECT CASE WHEN n = 0 THEN 0 ELSE 1 / n END FROM (SELECT 0 n FROM DUAL UNION ALL SELECT 2 FROM DUAL) ORDER BY 1", "0", "0.5"),
        new Case("CASE wants one type", Error(932)).Fails("SELECT CASE WHEN 1 = 1 THEN 1 ELSE 'x' END FROM DUAL", 932),
        Case.Query("DECODE gives what its first result is", Sql("DECODE"), "SELECT DECODE(1, 1, '5', 6) || 'x' FROM DUAL", "5x"),
        Case.Query("NVL converts to its first argument's type", Sql("NVL"), "SELECT NVL('a', 1), NVL(TO_CHAR(NULL), 'b') FROM DUAL", "a|b"),
        Case.Query("USER is the schema", Sql("USER"), "SELECT COUNT(*) FROM DUAL WHERE USER = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')", "1"),
        Case.Query("SYS_CONTEXT knows the session", Sql("SYS_CONTEXT"), "SELECT COUNT(SYS_CONTEXT('USERENV', 'SESSIONID')), COUNT(SYS_CONTEXT('USERENV', 'DB_NAME')) FROM DUAL", "1|1"),
        Case.Value("JSON_VALUE('{\"a\":100, \"b\":{\"c\":\"x\"}}', '$.a')", "100", Sql("JSON_VALUE")),
        Case.Value("JSON_VALUE('{\"a\":100, \"b\":{\"c\":\"x\"}}', '$.b.c')", "x", Sql("JSON_VALUE")),
        Case.Value("JSON_VALUE('{\"a\":[0,1,2]}', '$.a[1]' RETURNING NUMBER)", "1", Sql("JSON_VALUE")),
        Case.Value("JSON_QUERY('{\"a\":{\"b\":1}}', '$.a')", "{\"b\":1}", Sql("JSON_QUERY")),
        new Case("IS JSON checks a column", Sql("IS JSON Condition"))
            .Run("CREATE TABLE {t} (j VARCHAR2(100) CHECK (j IS JSON))")
            .Run("INSERT INTO {t} VALUES (:j)", new Bind("j", "{\"a\": [1, 2]}"))
            .Fails("INSERT INTO {t} VALUES (:j)", [new Bind("j", "no json")], 2290),
        Case.Query("JSON_TABLE makes rows", Sql("JSON_TABLE"), "SELECT n, s FROM JSON_TABLE('[{\"n\":1,\"s\":\"a\"},{\"n\":2,\"s\":\"b\"}]', '$[*]' COLUMNS (n NUMBER PATH '$.n', s VARCHAR2(5) PATH '$.s')) ORDER BY n", "1|a", "2|b"),
        Case.Query("JSON_TABLE nests, counts and gives NULL for what does not fit", Sql("JSON_TABLE"), "SELECT j.* FROM JSON_TABLE('[{\"n\":1,\"l\":[7,8]},{\"n\":\"x\"}]', '$[*]' COLUMNS (o FOR ORDINALITY, n NUMBER PATH '$.n', NESTED PATH '$.l[*]' COLUMNS (v NUMBER PATH '$'))) j ORDER BY o, v", "1|1|7", "1|1|8", "2|null|null"),
        Case.Query("JSON_TABLE sees what stands before it", Sql("JSON_TABLE"), "SELECT t.id, j.v FROM (SELECT 1 id, '[1,2]' doc FROM DUAL UNION ALL SELECT 2, NULL FROM DUAL UNION ALL SELECT 3, '[]' FROM DUAL) t, JSON_TABLE(t.doc, '$[*]' COLUMNS (v NUMBER PATH '$')) j ORDER BY v", "1|1", "1|2"),
        Case.Value("JSON_OBJECT('a' VALUE NULL, 'b' VALUE 0.5 ABSENT ON NULL)", "{\"b\":0.5}", Sql("JSON_OBJECT")),
        Case.Value("JSON_ARRAY('x\"y', 1, NULL, JSON_OBJECT('k' VALUE 'v') NULL ON NULL)", "[\"x\\\"y\",1,null,{\"k\":\"v\"}]", Sql("JSON_ARRAY")),
        Case.Query("JSON_ARRAYAGG and JSON_OBJECTAGG gather rows", Sql("JSON_ARRAYAGG; JSON_OBJECTAGG"), "SELECT JSON_ARRAYAGG(n ORDER BY n DESC), JSON_OBJECTAGG('k' VALUE 1) FROM (SELECT LEVEL n FROM DUAL CONNECT BY LEVEL < 4) WHERE n > 1", "[3,2]|{\"k\":1,\"k\":1}"),
        Case.Value("JSON_OBJECT('id' VALUE 1, 'name' VALUE 'x')", "{\"id\":1,\"name\":\"x\"}", Sql("JSON_OBJECT")),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
