using System.Globalization;

namespace KafkaOracle.Reactive.Oracle.Tests.Faults;

public sealed class OracleErrorPolicyTests
{
    [Fact]
    public void Each_code_is_in_the_table_once_and_each_that_stops_a_run_has_a_remedy()
    {
        OracleErrorPolicy.Table.Select(r => r.Code).Should().OnlyHaveUniqueItems();
        OracleErrorPolicy.Table.Where(r => r.Kind == OracleErrorKind.Contract && r.Remedy is null).Should().BeEmpty();
        OracleErrorPolicy.Table.Should().NotContain(r => r.Kind == OracleErrorKind.Unknown);
    }

    [Theory]
    [InlineData(3113, OracleErrorKind.Transient)]
    [InlineData(1653, OracleErrorKind.Resource)]
    [InlineData(50201, OracleErrorKind.Resource)]
    [InlineData(12899, OracleErrorKind.Data)]
    [InlineData(942, OracleErrorKind.Contract)]
    [InlineData(600, OracleErrorKind.Unknown)]
    public void A_code_is_what_the_table_says(int code, OracleErrorKind kind) => new OracleErrorPolicy().KindOf(code).Should().Be(kind);

    [Fact]
    public void A_change_goes_before_the_table()
    {
        var policy = new OracleErrorPolicy(new Dictionary<int, OracleErrorKind> { [20001] = OracleErrorKind.Data, [1653] = OracleErrorKind.Contract });

        policy.KindOf(20001).Should().Be(OracleErrorKind.Data);
        policy.KindOf(1653).Should().Be(OracleErrorKind.Contract);
        policy.KindOf(1654).Should().Be(OracleErrorKind.Resource);
    }

    [Fact]
    public void The_documentation_has_the_same_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "oracle-errors.md");
        var text = File.ReadAllText(file);
        var start = text.IndexOf("| code |", StringComparison.Ordinal);

        var table = string.Concat(new[] { "| code | kind | what it says | what to do |\n|---|---|---|---|\n" }.Concat(OracleErrorPolicy.Table.Select(r =>
            string.Create(CultureInfo.InvariantCulture, $"| {r.Code} | {r.Kind} | {r.Meaning} | {r.Remedy} |\n"))));
        if (Environment.GetEnvironmentVariable("KAFKAORACLE_WRITE_DOCS") is not null) File.WriteAllText(file, text[..start] + table);

        File.ReadAllText(file)[start..].Should().Be(table, "the table is the code's; KAFKAORACLE_WRITE_DOCS=1 writes it");
    }
}
