using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>An expression, query or statement in a block, and the host binds in it by their numbers.</summary>
internal sealed record Part<T>(T Tree, IReadOnlyList<int> Binds);

/// <summary>What is assigned to: a host bind by its number, or a variable, which may be a record's field.</summary>
internal sealed record Target(int Start, int? Bind, string? Qualifier, string Name);

internal enum PlSqlType
{
    /// <summary>A type that columns have too.</summary>
    Sql,
    Boolean,

    /// <summary>PLS_INTEGER: 32 bits.</summary>
    Integer,
    RefCursor,

    /// <summary>%TYPE of a variable or of a table's column.</summary>
    LikeColumn,

    /// <summary>%ROWTYPE of a table or a cursor.</summary>
    LikeRow,
}

/// <summary>A type as a declaration names it; <paramref name="Qualifier"/> and <paramref name="Name"/> of what it is like.</summary>
internal sealed record TypeName(int Start, PlSqlType Kind, OracleType Type, string? Qualifier = null, string Name = "");

internal abstract record Declaration(int Start, string Name);

internal sealed record VariableDeclaration(int Start, string Name, TypeName Type, bool IsConstant, bool NotNull, Part<Expr>? Initial) : Declaration(Start, Name);

/// <summary>CURSOR .. IS a query, with IN parameters.</summary>
internal sealed record CursorDeclaration(int Start, string Name, IReadOnlyList<VariableDeclaration> Parameters, Part<Query> Query) : Declaration(Start, Name);

internal sealed record ExceptionDeclaration(int Start, string Name) : Declaration(Start, Name);

/// <summary>PRAGMA EXCEPTION_INIT: the number, positive, of the error that an exception stands for.</summary>
internal sealed record ExceptionNumber(int Start, string Name, int Code) : Declaration(Start, Name);

internal abstract record BlockStep(int Start);

/// <summary>DECLARE .. BEGIN .. EXCEPTION .. END.</summary>
internal sealed record Block(
    int Start, string? Label, IReadOnlyList<Declaration> Declarations, IReadOnlyList<BlockStep> Steps, IReadOnlyList<ExceptionHandler> Handlers) : BlockStep(Start);

/// <summary>WHEN names THEN steps; no names stand for OTHERS.</summary>
internal sealed record ExceptionHandler(int Start, IReadOnlyList<Target> Names, IReadOnlyList<BlockStep> Steps);

internal sealed record AssignStep(int Start, Target Target, Part<Expr> Value) : BlockStep(Start);

internal sealed record IfStep(int Start, IReadOnlyList<(Part<Expr> When, IReadOnlyList<BlockStep> Then)> Branches, IReadOnlyList<BlockStep> Else) : BlockStep(Start);

/// <summary>LOOP, or WHILE with a condition.</summary>
internal sealed record LoopStep(int Start, string? Label, Part<Expr>? While, IReadOnlyList<BlockStep> Body) : BlockStep(Start);

internal sealed record RangeLoopStep(
    int Start, string? Label, string Name, bool Reverse, Part<Expr> Low, Part<Expr> High, IReadOnlyList<BlockStep> Body) : BlockStep(Start);

/// <summary>FOR record IN a query, or in a declared cursor.</summary>
internal sealed record QueryLoopStep(
    int Start, string? Label, string Name, Part<Query>? Query, Target? Cursor, IReadOnlyList<Part<Expr>> Arguments, IReadOnlyList<BlockStep> Body) : BlockStep(Start);

/// <summary>EXIT or CONTINUE, of the loop of that label or the innermost one.</summary>
internal sealed record LeaveStep(int Start, bool Continues, string? Label, Part<Expr>? When) : BlockStep(Start);

internal sealed record ReturnStep(int Start) : BlockStep(Start);

/// <summary>RAISE of an exception, or without a name of the error being handled.</summary>
internal sealed record RaiseStep(int Start, string? Name) : BlockStep(Start);

/// <summary>INSERT, UPDATE, DELETE, MERGE, LOCK TABLE, or the control of transactions.</summary>
internal sealed record SqlStep(int Start, Part<Statement> Statement, IReadOnlyList<Target> Into) : BlockStep(Start);

internal sealed record SelectStep(int Start, Part<Query> Query, IReadOnlyList<Target> Into) : BlockStep(Start);

/// <summary>One of USING: a value that goes in, or where one comes out to, or both.</summary>
internal sealed record UsingItem(Part<Expr>? In, Target? Out);

internal sealed record DynamicStep(int Start, Part<Expr> Text, IReadOnlyList<Target> Into, IReadOnlyList<UsingItem> Using) : BlockStep(Start);

/// <summary>OPEN of a declared cursor with arguments, or of a cursor variable FOR a query or the text of one.</summary>
internal sealed record OpenStep(
    int Start, Target Cursor, IReadOnlyList<Part<Expr>> Arguments, Part<Query>? Query, Part<Expr>? Text, IReadOnlyList<UsingItem> Using) : BlockStep(Start);

internal sealed record FetchStep(int Start, Target Cursor, IReadOnlyList<Target> Into) : BlockStep(Start);

internal sealed record CloseStep(int Start, Target Cursor) : BlockStep(Start);

/// <summary>A call of a supplied procedure.</summary>
internal sealed record CallStep(int Start, SuppliedProcedure Procedure, IReadOnlyList<UsingItem> Arguments) : BlockStep(Start);
