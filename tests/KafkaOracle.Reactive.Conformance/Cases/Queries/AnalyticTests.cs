namespace KafkaOracle.Reactive.Conformance.Queries;

public sealed class AnalyticTests(Target target) : CaseTests(target)
{
    private static readonly string Windows = Sql("Analytic Functions, windowing_clause");
    private const string T = "(SELECT 1 id, 'a' g, 10 v FROM DUAL UNION ALL SELECT 2, 'a', 20 FROM DUAL UNION ALL SELECT 3, 'a', 20 FROM DUAL UNION ALL SELECT 4, 'b', 5 FROM DUAL UNION ALL SELECT 5, 'b', NULL FROM DUAL)";

    public static CaseList Cases { get; } = new("Aggregates and analytic functions")
    {
        Case.Query("ROW_NUMBER numbers within its partition", Sql("ROW_NUMBER"), $"SELECT id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY id DESC) FROM {T} ORDER BY id", "1|3", "2|2", "3|1", "4|2", "5|1"),
        Case.Query("RANK leaves gaps, DENSE_RANK does not", Sql("RANK; DENSE_RANK"), $"SELECT id, RANK() OVER (ORDER BY v), DENSE_RANK() OVER (ORDER BY v) FROM {T} ORDER BY id", "1|2|2", "2|3|3", "3|3|3", "4|1|1", "5|5|4"),
        Case.Query("LAG and LEAD look at neighbours", Sql("LAG; LEAD"), $"SELECT id, LAG(v) OVER (ORDER BY id), LEAD(v, 2, -1) OVER (ORDER BY id) FROM {T} ORDER BY id", "1|null|20", "2|10|5", "3|20|null", "4|20|-1", "5|5|-1"),
        Case.Query("LAG skips NULLs when told", Sql("LAG"), $"SELECT LAG(v IGNORE NULLS) OVER (ORDER BY n) FROM (SELECT 1 n, 7 v FROM DUAL UNION ALL SELECT 2, NULL FROM DUAL UNION ALL SELECT 3, 8 FROM DUAL) ORDER BY n", "null", "7", "7"),
        Case.Query("FIRST_VALUE and LAST_VALUE span their frame", Sql("FIRST_VALUE; LAST_VALUE"), $"SELECT id, FIRST_VALUE(v) OVER (PARTITION BY g ORDER BY id), LAST_VALUE(v) OVER (PARTITION BY g ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM {T} WHERE g = 'a' ORDER BY id", "1|10|20", "2|10|20", "3|10|20"),
        Case.Query("A sum runs along its order, equals together", Windows, $"SELECT id, SUM(v) OVER (ORDER BY v) FROM {T} WHERE g = 'a' ORDER BY id", "1|10", "2|50", "3|50"),
        Case.Query("ROWS counts rows", Windows, $"SELECT id, SUM(v) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM {T} ORDER BY id", "1|10", "2|30", "3|40", "4|25", "5|5"),
        Case.Query("RANGE measures values", Windows, "SELECT n, COUNT(*) OVER (ORDER BY n RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM (SELECT 1 n FROM DUAL UNION ALL SELECT 2 FROM DUAL UNION ALL SELECT 4 FROM DUAL UNION ALL SELECT 9 FROM DUAL) ORDER BY n", "1|1", "2|2", "4|2", "9|1"),
        Case.Query("RANGE measures time", Windows, "SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (SELECT DATE '2024-01-01' d FROM DUAL UNION ALL SELECT DATE '2024-01-02' FROM DUAL UNION ALL SELECT DATE '2024-01-05' FROM DUAL) ORDER BY d", "1", "2", "1"),
        Case.Query("RANGE measures downwards, NULLs apart", Windows, $"SELECT id, COUNT(*) OVER (ORDER BY v DESC NULLS LAST RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) FROM {T} ORDER BY id", "1|1", "2|2", "3|2", "4|2", "5|1"),
        Case.Query("RANGE measures days, and ahead", Windows, "SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING), COUNT(*) OVER (ORDER BY d RANGE NUMTODSINTERVAL(12, 'HOUR') PRECEDING) FROM (SELECT DATE '2024-01-01' d FROM DUAL UNION ALL SELECT DATE '2024-01-02' FROM DUAL) ORDER BY d", "2|1", "1|1"),
        Case.Query("LEAD and FIRST_VALUE skip NULLs when told", Sql("LEAD; FIRST_VALUE"), $"SELECT id, LEAD(v, 1, -1) IGNORE NULLS OVER (ORDER BY id), FIRST_VALUE(v IGNORE NULLS) OVER (ORDER BY id DESC), LAST_VALUE(v) IGNORE NULLS OVER (ORDER BY id) FROM {T} WHERE id >= 3 ORDER BY id", "3|5|5|20", "4|-1|5|5", "5|-1|null|5"),
        Case.Query("LAG skips so many values when told", Sql("LAG"), $"SELECT LAG(v, 2) IGNORE NULLS OVER (ORDER BY id DESC) FROM {T} ORDER BY id", "20", "5", "null", "null", "null"),
        Case.Query("KEEP takes all equals of the extreme", Sql("FIRST; LAST"), $"SELECT g, COUNT(*) KEEP (DENSE_RANK LAST ORDER BY v NULLS FIRST), SUM(id) KEEP (DENSE_RANK LAST ORDER BY v NULLS FIRST) FROM {T} GROUP BY g ORDER BY g", "a|2|5", "b|1|4"),
        Case.Query("KEEP stands over a partition", Sql("FIRST; LAST"), $"SELECT id, MIN(id) KEEP (DENSE_RANK FIRST ORDER BY v DESC NULLS LAST) OVER (PARTITION BY g) FROM {T} ORDER BY id", "1|2", "2|2", "3|2", "4|4", "5|4"),
        Case.Query("KEEP of no rows is NULL, and counts 0", Sql("FIRST; LAST"), $"SELECT MAX(id) KEEP (DENSE_RANK FIRST ORDER BY v), COUNT(*) KEEP (DENSE_RANK FIRST ORDER BY v) FROM {T} WHERE id > 9", "null|0"),
        Case.Query("PERCENTILE_CONT goes down, and over times", Sql("PERCENTILE_CONT"), $"SELECT PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY v DESC), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY DATE '2024-01-01' + id) FROM {T}", "20|2024-01-04 00:00:00"),
        Case.Query("PERCENTILE_DISC takes a value that is there, text too", Sql("PERCENTILE_DISC"), $"SELECT PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY v), PERCENTILE_DISC(1) WITHIN GROUP (ORDER BY v), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY g DESC) FROM {T}", "5|20|a"),
        Case.Query("A percentile of nothing is NULL", Sql("PERCENTILE_CONT"), $"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v), MEDIAN(v) FROM {T} WHERE id > 4", "null|null"),
        Case.Query("A percentile stands over a partition", Sql("PERCENTILE_CONT"), $"SELECT id, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY v) OVER (PARTITION BY g) FROM {T} ORDER BY id", "1|20", "2|20", "3|20", "4|5", "5|5"),
        Case.Query("LISTAGG stands over a partition", Sql("LISTAGG"), $"SELECT id, LISTAGG(id, '-') WITHIN GROUP (ORDER BY id DESC) OVER (PARTITION BY g) FROM {T} ORDER BY id", "1|3-2-1", "2|3-2-1", "3|3-2-1", "4|5-4", "5|5-4"),
        Case.Query("An aggregate OVER () spans all rows", Sql("Analytic Functions"), $"SELECT id, SUM(v) OVER (), COUNT(*) OVER (PARTITION BY g) FROM {T} WHERE id IN (1, 4) ORDER BY id", "1|15|1", "4|15|1"),
        Case.Query("NTILE deals into buckets", Sql("NTILE"), $"SELECT id, NTILE(2) OVER (ORDER BY id) FROM {T} ORDER BY id", "1|1", "2|1", "3|1", "4|2", "5|2"),
        Case.Query("RATIO_TO_REPORT is the share", Sql("RATIO_TO_REPORT"), $"SELECT id, RATIO_TO_REPORT(v) OVER () FROM {T} WHERE id IN (1, 2, 3) ORDER BY id", "1|0.2", "2|0.4", "3|0.4"),
        Case.Query("PERCENT_RANK and CUME_DIST place a row", Sql("PERCENT_RANK; CUME_DIST"), $"SELECT id, PERCENT_RANK() OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY id) FROM {T} ORDER BY id", "1|0|0.2", "2|0.25|0.4", "3|0.5|0.6", "4|0.75|0.8", "5|1|1"),
        Case.Query("Analytic functions come after WHERE and GROUP BY", Sql("Analytic Functions"), $"SELECT g, SUM(v), RANK() OVER (ORDER BY SUM(v) DESC) FROM {T} GROUP BY g ORDER BY g", "a|50|1", "b|5|2"),
        new Case("An analytic function does not stand in WHERE", Error(30483)).Fails($"SELECT id FROM {T} WHERE ROW_NUMBER() OVER (ORDER BY id) = 1", 30483),
        Case.Query("The first of each group by ROW_NUMBER", Sql("ROW_NUMBER"), $"SELECT g, id FROM (SELECT g, id, ROW_NUMBER() OVER (PARTITION BY g ORDER BY v DESC NULLS LAST, id) r FROM {T}) WHERE r = 1 ORDER BY g", "a|2", "b|4"),
        Case.Query("KEEP takes the value at the extreme of another", Sql("FIRST; LAST"), $"SELECT MAX(id) KEEP (DENSE_RANK LAST ORDER BY v NULLS FIRST), MIN(id) KEEP (DENSE_RANK FIRST ORDER BY v) FROM {T}", "3|4"),
        Case.Query("LISTAGG joins text in order", Sql("LISTAGG"), $"SELECT g, LISTAGG(id, ',') WITHIN GROUP (ORDER BY id DESC) FROM {T} GROUP BY g ORDER BY g", "a|3,2,1", "b|5,4"),
        Case.Query("LISTAGG leaves NULL out and drops duplicates when told", Sql("LISTAGG"), $"SELECT LISTAGG(DISTINCT v, ',') WITHIN GROUP (ORDER BY v) FROM {T}", "5,10,20"),
        Case.Query("MEDIAN and PERCENTILE_CONT interpolate", Sql("MEDIAN; PERCENTILE_CONT"), $"SELECT MEDIAN(v), PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY v), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY v) FROM {T}", "15|8.75|10"),
        Case.Query("STDDEV and VARIANCE are those of a sample", Sql("STDDEV; VARIANCE; VAR_POP"), "SELECT VARIANCE(n), STDDEV(n), ROUND(VAR_POP(n), 20) FROM (SELECT 2 n FROM DUAL UNION ALL SELECT 4 FROM DUAL UNION ALL SELECT 6 FROM DUAL)", "4|2|2.66666666666666666667"),
        Case.Query("SUM takes DISTINCT", Sql("SUM"), $"SELECT SUM(DISTINCT v), AVG(DISTINCT v) FROM {T} WHERE g = 'a'", "30|15"),
        Case.Query("MIN and MAX compare text and dates", Sql("MAX"), "SELECT MAX(d), MIN(s) FROM (SELECT DATE '2024-01-01' d, 'b' s FROM DUAL UNION ALL SELECT DATE '2023-01-01', 'a' FROM DUAL)", "2024-01-01 00:00:00|a"),
        Case.Query("Aggregates take a CASE for a condition", Sql("Aggregate Functions"), $"SELECT COUNT(CASE WHEN v > 10 THEN 1 END), SUM(CASE g WHEN 'a' THEN v ELSE 0 END) FROM {T}", "2|50"),
        Case.Query("Aggregates nest once", Sql("Aggregate Functions"), $"SELECT MAX(SUM(v)) FROM {T} GROUP BY g", "50"),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Behaves_as_documented(string name) => Check(Cases, name);
}
