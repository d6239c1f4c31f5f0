using KafkaOracle.Reactive.Embedded.OraclePlSql;

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
internal sealed record Returning(IReadOnlyList<Expr> Values, IReadOnlyList<(string Name, int Start)> Into);

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

/// <summary>What a block does with a host bind.</summary>
[Flags]
internal enum BindUse
{
    None = 0,
    In = 1,
    Out = 2,
}

/// <summary>A PL/SQL block; its binds are numbered in order of their first occurrence.</summary>
internal sealed record BlockStatement(Block Block) : Statement(47)
{
    public IReadOnlyList<BindUse> Uses { get; init; } = [];
}
