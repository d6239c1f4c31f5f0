namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A parsed statement.</summary>
/// <param name="CommandCode">The command's number as in V$SQL, which ends every call's reply.</param>
internal abstract record Statement(int CommandCode)
{
    public string Sql { get; set; } = "";

    /// <summary>Where the name of the object stands that was looked up last; 0 when there is none.</summary>
    public int NameOffset { get; set; }

    /// <summary>Names of the binds in order of occurrence.</summary>
    public IReadOnlyList<string> Binds { get; set; } = [];
}

internal sealed record SelectStatement(Query Query) : Statement(3);

/// <summary>The end of a DML statement: expressions returned into the binds that follow all others.</summary>
internal sealed record Returning(IReadOnlyList<Expr> Values, IReadOnlyList<BindExpr> Into);

internal sealed record InsertStatement(
    TableFrom Table, IReadOnlyList<(string Name, int Start)>? Columns, IReadOnlyList<Expr>? Values, Query? Query, Returning? Returning) : Statement(2);

/// <summary>One INTO of a multi-table INSERT. Without values it takes the query's columns.</summary>
internal sealed record InsertBranch(
    int When, TableFrom Table, IReadOnlyList<(string Name, int Start)>? Columns, IReadOnlyList<Expr>? Values);

/// <summary>INSERT ALL or FIRST: branches belong to conditions by number, -1 to none and the number after the last to ELSE.</summary>
internal sealed record MultiInsertStatement(bool First, IReadOnlyList<Expr> Conditions, IReadOnlyList<InsertBranch> Branches, Query Query) : Statement(2);

/// <summary>SET column = value, or SET (columns) = (subquery).</summary>
internal sealed record Assignment(string Column, int Start, Expr Value)
{
    public IReadOnlyList<(string Name, int Start)> More { get; init; } = [];
}

internal sealed record UpdateStatement(TableFrom Table, IReadOnlyList<Assignment> Set, Expr? Where, Returning? Returning) : Statement(6);

internal sealed record DeleteStatement(TableFrom Table, Expr? Where, Returning? Returning) : Statement(7);

internal sealed record MergeStatement(
    TableFrom Target, FromItem Source, Expr On, IReadOnlyList<Assignment>? Update, Expr? UpdateWhere, Expr? DeleteWhere,
    IReadOnlyList<(string Name, int Start)>? InsertColumns, IReadOnlyList<Expr>? InsertValues, Expr? InsertWhere) : Statement(189);

/// <summary>COMMENT ON a table, or a column of it.</summary>
internal sealed record CommentStatement(string Table, int Start, string? Column, string Text) : Statement(29);

/// <summary>LOCK TABLE; <paramref name="Wait"/> is how many seconds it waits, 0 for NOWAIT.</summary>
internal sealed record LockTableStatement(string Name, int Start, bool IsExclusive, int? Wait) : Statement(26);

internal sealed record CommitStatement() : Statement(44);

internal sealed record RollbackStatement(string? Savepoint) : Statement(45);

internal sealed record SavepointStatement(string Name) : Statement(46);

internal enum BlockAction
{
    Nothing,
    Savepoint,
    RollbackToSavepoint,

    /// <summary>Opens a REF CURSOR over no rows of the table named in a bind: how a bulk copy learns the columns.</summary>
    OpenTableCursor,

    /// <summary>Runs the statements of the block.</summary>
    Run,
}

/// <summary>A PL/SQL block: one of those that drivers use for savepoints and bulk copies, or statements in a row.</summary>
internal sealed record BlockStatement(BlockAction Action) : Statement(47)
{
    public Block? Block { get; init; }
}

/// <summary>Statements between BEGIN and END, and what becomes of an error in them.</summary>
internal sealed record Block(IReadOnlyList<BlockStep> Steps, BlockHandler? Handler);

internal abstract record BlockStep;

/// <summary>A statement written out; its binds are among those of the block.</summary>
internal sealed record StatementStep(Statement Statement) : BlockStep;

/// <summary>EXECUTE IMMEDIATE of a text.</summary>
internal sealed record DynamicStep(string Sql) : BlockStep;

/// <summary>RAISE_APPLICATION_ERROR with its number and text.</summary>
internal sealed record RaiseStep(int Code, string Text) : BlockStep;

internal sealed record NestedStep(Block Block) : BlockStep;

/// <summary>WHEN OTHERS THEN: which errors pass, by their numbers. Others are raised again.</summary>
/// <param name="Codes">The numbers named, positive.</param>
/// <param name="Passes">Whether those pass; else all but those do.</param>
internal sealed record BlockHandler(IReadOnlyList<int> Codes, bool Passes);
