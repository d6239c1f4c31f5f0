using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

internal enum FlowKind
{
    Next,
    Exit,
    Continue,
    Return,
}

/// <summary>Where a step leads: on, out of a loop, to its next round, or out of the block. Without a label, the innermost loop is meant.</summary>
internal readonly record struct Flow(FlowKind Kind, string? Label = null)
{
    public static Flow Next => default;
}

/// <summary>A step of a block, ready to run.</summary>
internal delegate Flow Step(BlockRun run);

/// <summary>A block that can be run: every name in it is known, and every statement has been translated once.</summary>
/// <param name="Body">What it does.</param>
/// <param name="Types">The types of all values: those of the host binds come first.</param>
/// <param name="Cursors">How many cursors it has.</param>
/// <param name="BindCursors">For each host bind that is a REF CURSOR its number among the cursors; -1 for the others.</param>
internal sealed record CompiledBlock(Step Body, IReadOnlyList<OracleType> Types, int Cursors, IReadOnlyList<int> BindCursors)
{
    // Values that every block has, behind those of its host binds.
    public const int True = 0;
    public const int False = 1;
    public const int RowCount = 2;
    public const int Found = 3;
    public const int NotFound = 4;
    public const int IsOpen = 5;
    public const int ErrorCode = 6;
    public const int ErrorText = 7;
}
