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

internal sealed record Assignment(string Column, int Start, Expr Value);

internal sealed record UpdateStatement(TableFrom Table, IReadOnlyList<Assignment> Set, Expr? Where, Returning? Returning) : Statement(6);

internal sealed record DeleteStatement(TableFrom Table, Expr? Where, Returning? Returning) : Statement(7);

internal sealed record MergeStatement(
    TableFrom Target, FromItem Source, Expr On, IReadOnlyList<Assignment>? Update, Expr? UpdateWhere,
    IReadOnlyList<(string Name, int Start)>? InsertColumns, IReadOnlyList<Expr>? InsertValues, Expr? InsertWhere) : Statement(189);

internal sealed record ColumnDefinition(string Name, int Start, OracleType Type, Expr? Default, string? DefaultText, bool NotNull);

internal enum ConstraintKind
{
    PrimaryKey,
    Unique,
    Check,
}

internal sealed record ConstraintDefinition(ConstraintKind Kind, string? Name, IReadOnlyList<string> Columns, Expr? Check, string? CheckText);

internal sealed record CreateTableStatement(
    string Name, int Start, IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<ConstraintDefinition> Constraints, Query? Query) : Statement(1);

internal sealed record AlterTableStatement(
    string Name, int Start, IReadOnlyList<ColumnDefinition> Add, IReadOnlyList<ConstraintDefinition> Constraints, IReadOnlyList<string> Drop,
    IReadOnlyList<string> DropConstraints) : Statement(15);

internal sealed record DropTableStatement(string Name, int Start, bool IfExists) : Statement(12);

internal sealed record TruncateStatement(string Name, int Start) : Statement(85);

internal sealed record CreateIndexStatement(string Name, string Table, int Start, bool Unique, IReadOnlyList<string> Columns) : Statement(9);

internal sealed record DropIndexStatement(string Name, int Start) : Statement(10);

/// <summary>A statement without an effect here: ALTER SESSION, COMMENT, LOCK TABLE's like.</summary>
internal sealed record AlterSessionStatement(string Parameter, string Value) : Statement(42);

internal sealed record CommentStatement() : Statement(29);

internal sealed record LockTableStatement(string Name, int Start, bool NoWait) : Statement(26);

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
}

/// <summary>One of the few PL/SQL blocks that are understood: BEGIN NULL; END; and the blocks of drivers for savepoints and bulk copies.</summary>
internal sealed record BlockStatement(BlockAction Action) : Statement(47);
