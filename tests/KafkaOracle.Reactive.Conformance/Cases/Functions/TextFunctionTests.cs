namespace KafkaOracle.Reactive.Conformance.Functions;

/// <summary>Mostly the examples that the manual itself gives.</summary>
public sealed class TextFunctionTests(Target target) : CaseTests(target)
{
    public static CaseList Cases { get; } = new("Functions of text")
    {
        Case.Value("UPPER('smith é')", "SMITH É", Sql("UPPER")),
        Case.Value("LOWER('MR. SCOTT MCMILLAN')", "mr. scott mcmillan", Sql("LOWER")),
        Case.Value("INITCAP('the soap')", "The Soap", Sql("INITCAP")),
        Case.Value("INITCAP('o''neill-smith 2nd')", "O'Neill-Smith 2nd", Sql("INITCAP")),
        Case.Value("CONCAT('a', 1)", "a1", Sql("CONCAT")),
        Case.Value("LPAD('Page 1', 15, '*.')", "*.*.*.*.*Page 1", Sql("LPAD")),
        Case.Value("LPAD('abcdef', 3)", "abc", Sql("LPAD")),
        Case.Value("RPAD('MORRISON', 12, 'ab')", "MORRISONabab", Sql("RPAD")),
        Case.Value("LPAD('a', 0)", "null", Sql("LPAD")),
        Case.Value("LTRIM('<=====>BROWNING<=====>', '<>=')", "BROWNING<=====>", Sql("LTRIM")),
        Case.Value("RTRIM('<=====>BROWNING<=====>', '<>=')", "<=====>BROWNING", Sql("RTRIM")),
        Case.Value("TRIM('  x y ')", "x y", Sql("TRIM")),
        Case.Value("TRIM(LEADING '0' FROM '00120')", "120", Sql("TRIM")),
        Case.Value("TRIM(BOTH '0' FROM '00120')", "12", Sql("TRIM")),
        Case.Value("TRIM('   ')", "null", Sql("TRIM")),
        new Case("TRIM takes one character", Error(30001)).Fails("SELECT TRIM('xy' FROM 'xyz') FROM DUAL", 30001),
        Case.Value("REPLACE('JACK and JUE', 'J', 'BL')", "BLACK and BLUE", Sql("REPLACE")),
        Case.Value("REPLACE('abcabc', 'b')", "acac", Sql("REPLACE")),
        Case.Value("TRANSLATE('SQL*Plus User''s Guide', ' */''', '___')", "SQL_Plus_Users_Guide", Sql("TRANSLATE")),
        Case.Value("SUBSTR('ABCDEFG', 3, 4)", "CDEF", Sql("SUBSTR")),
        Case.Value("SUBSTR('ABCDEFG', -5, 4)", "CDEF", Sql("SUBSTR")),
        Case.Value("SUBSTR('ABCDEFG', 0, 2)", "AB", Sql("SUBSTR")),
        Case.Value("SUBSTR('ABCDEFG', 3, 0)", "null", Sql("SUBSTR")),
        Case.Value("SUBSTR('ABCDEFG', 9)", "null", Sql("SUBSTR")),
        Case.Value("SUBSTRB('ABCDEFG', 5, 2)", "EF", Sql("SUBSTR")),
        Case.Value("INSTR('CORPORATE FLOOR', 'OR', 3, 2)", "14", Sql("INSTR")),
        Case.Value("INSTR('CORPORATE FLOOR', 'OR', -3, 2)", "2", Sql("INSTR")),
        Case.Value("INSTR('abc', 'x')", "0", Sql("INSTR")),
        Case.Value("LENGTH('CANDIDE')", "7", Sql("LENGTH")),
        Case.Value("LENGTHB('é')", "2", Sql("LENGTH")),
        Case.Value("ASCII('Q')", "81", Sql("ASCII")),
        Case.Value("CHR(67) || CHR(65) || CHR(84)", "CAT", Sql("CHR")),
        Case.Value("ASCIISTR('ABÄCDE')", "AB\\00C4CDE", Sql("ASCIISTR")),
        Case.Value("UNISTR('abc\\00e5\\00f1\\00f6')", "abcåñö", Sql("UNISTR")),
        Case.Value("SOUNDEX('SMYTHE')", "S530", Sql("SOUNDEX")),
        Case.Query("LIKE knows % and _", Sql("LIKE Condition"), "SELECT COUNT(*) FROM (SELECT 'Smith' n FROM DUAL UNION ALL SELECT 'Smyth' FROM DUAL UNION ALL SELECT 'smith' FROM DUAL UNION ALL SELECT 'Smithers' FROM DUAL) WHERE n LIKE 'Sm_th'", "2"),
        Case.Query("LIKE takes an escape character", Sql("LIKE Condition"), @"SELECT COUNT(*) FROM (SELECT 'A_B' n FROM DUAL UNION ALL SELECT 'AxB' FROM DUAL UNION ALL SELECT '50%' FROM DUAL) WHERE n LIKE '%\_%' ESCAPE '\' OR n LIKE '%!%' ESCAPE '!'", "2"),
        Case.Query("NOT LIKE of NULL is unknown", Sql("LIKE Condition"), "SELECT COUNT(*) FROM DUAL WHERE NULL NOT LIKE 'a%'", "0"),
        Case.Query("REGEXP_LIKE finds a pattern", Sql("REGEXP_LIKE Condition"), "SELECT COUNT(*) FROM (SELECT 'Steven' n FROM DUAL UNION ALL SELECT 'Stephen' FROM DUAL UNION ALL SELECT 'Stefan' FROM DUAL) WHERE REGEXP_LIKE(n, '^Ste(v|ph)en$')", "2"),
        Case.Query("REGEXP_LIKE ignores case when asked", Sql("REGEXP_LIKE Condition"), "SELECT COUNT(*) FROM DUAL WHERE REGEXP_LIKE('Greenberg', '^GREEN', 'i') AND NOT REGEXP_LIKE('Greenberg', '^GREEN', 'c')", "1"),
        Case.Value("REGEXP_REPLACE('500   Oracle     Parkway,    Redwood  Shores, CA', '( ){2,}', ' ')", "500 Oracle Parkway, Redwood Shores, CA", Sql("REGEXP_REPLACE")),
        Case.Value(@"REGEXP_REPLACE('650.555.0100', '([[:digit:]]{3})\.([[:digit:]]{3})\.([[:digit:]]{4})', '(\1) \2-\3')", "(650) 555-0100", Sql("REGEXP_REPLACE")),
        Case.Value("REGEXP_SUBSTR('500 Oracle Parkway, Redwood Shores, CA', ',[^,]+,')", ", Redwood Shores,", Sql("REGEXP_SUBSTR")),
        Case.Value("REGEXP_SUBSTR('a,b,c', '[^,]+', 1, 3)", "c", Sql("REGEXP_SUBSTR")),
        Case.Value("REGEXP_SUBSTR('1234567890', '(123)(4(56)(78))', 1, 1, 'i', 4)", "78", Sql("REGEXP_SUBSTR")),
        Case.Value("REGEXP_INSTR('500 Oracle Parkway, Redwood Shores, CA', '[^ ]+', 1, 6)", "37", Sql("REGEXP_INSTR")),
        Case.Value("REGEXP_COUNT('123123123123123', '(12)3', 1, 'i')", "5", Sql("REGEXP_COUNT")),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
