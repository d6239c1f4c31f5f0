namespace KafkaOracle.Reactive;

/// <summary>INSERT into a staging table, whose rows take the place of the table's at the end.</summary>
internal sealed class OverwriteMode : WriteMode
{
    internal override Folding Folding => Folding.None;

    internal override TableStatement Statement(string table, IReadOnlyList<OracleColumn> columns) => Insert.Statement(StagingOf(table), columns);

    internal override void Check(string table, string rowType, IReadOnlyList<OracleColumn> columns) { }

    /// <summary>The name of a table's staging table.</summary>
    public static string StagingOf(string table) => OracleName.Checked((table.Length <= OracleName.MaxBytes - 5 ? table : table[..(OracleName.MaxBytes - 5)]) + "_NEXT", nameof(table));

    public override string ToString() => "overwrite";
}
