namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>An expression or condition; <paramref name="Start"/> and <c>End</c> are offsets into the statement.</summary>
internal abstract record Expr(int Start)
{
    public int End { get; set; }
}

internal sealed record NullLiteral(int Start) : Expr(Start);

internal sealed record NumberLiteral(int Start, string Text, string Suffix) : Expr(Start);

internal sealed record TextLiteral(int Start, string Text) : Expr(Start);

internal sealed record InstantLiteral(int Start, OracleType Type, string Text) : Expr(Start);

internal sealed record IntervalLiteral(int Start, string Text, string Unit) : Expr(Start);

internal sealed record BindExpr(int Start, int Index, string Name) : Expr(Start);

internal sealed record ColumnExpr(int Start, string? Qualifier, string Name) : Expr(Start);

internal sealed record StarExpr(int Start, string? Qualifier) : Expr(Start);

internal sealed record UnaryExpr(int Start, string Operator, Expr Operand) : Expr(Start);

internal sealed record BinaryExpr(int Start, string Operator, Expr Left, Expr Right) : Expr(Start);

internal sealed record CallExpr(int Start, string Name, IReadOnlyList<Expr> Arguments, bool Distinct, WindowClause? Over) : Expr(Start)
{
    public IReadOnlyList<OrderItem> WithinGroup { get; init; } = [];
}

internal sealed record WindowClause(IReadOnlyList<Expr> Partition, IReadOnlyList<OrderItem> Order);

internal sealed record CastExpr(int Start, Expr Operand, OracleType Type) : Expr(Start);

internal sealed record ExtractExpr(int Start, string Field, Expr Operand) : Expr(Start);

internal sealed record CaseExpr(int Start, Expr? Operand, IReadOnlyList<(Expr When, Expr Then)> Branches, Expr? Else) : Expr(Start);

internal sealed record SubqueryExpr(int Start, Query Query) : Expr(Start);

internal sealed record ExistsExpr(int Start, Query Query) : Expr(Start);

internal sealed record InExpr(int Start, Expr Operand, IReadOnlyList<Expr> Items, Query? Query, bool Negated) : Expr(Start);

internal sealed record TupleExpr(int Start, IReadOnlyList<Expr> Items) : Expr(Start);

internal sealed record BetweenExpr(int Start, Expr Operand, Expr Low, Expr High, bool Negated) : Expr(Start);

internal sealed record LikeExpr(int Start, Expr Operand, Expr Pattern, Expr? Escape, bool Negated) : Expr(Start);

internal sealed record IsNullExpr(int Start, Expr Operand, bool Negated) : Expr(Start);

/// <summary>DEFAULT in VALUES or SET.</summary>
internal sealed record DefaultExpr(int Start) : Expr(Start);

internal sealed record OrderItem(Expr Value, bool Descending, bool? NullsFirst);

internal sealed record SelectItem(Expr Value, string? Alias, string Text);

internal abstract record FromItem(int Start);

internal sealed record TableFrom(int Start, string Name, string? Alias) : FromItem(Start);

internal sealed record QueryFrom(int Start, Query Query, string? Alias) : FromItem(Start);

internal sealed record JoinFrom(int Start, FromItem Left, FromItem Right, string Kind, Expr? On, IReadOnlyList<string> Using) : FromItem(Start);

internal enum LockWait
{
    Wait,
    NoWait,
    SkipLocked,
}

internal sealed record ForUpdate(LockWait Wait, int? Seconds);

/// <summary>A query: blocks joined by set operators, then ORDER BY, OFFSET, FETCH and FOR UPDATE.</summary>
internal sealed record Query(
    IReadOnlyList<(string Name, IReadOnlyList<string> Columns, Query Query)> With,
    IReadOnlyList<(string Operator, QueryBlock Block)> Blocks,
    IReadOnlyList<OrderItem> OrderBy,
    Expr? Offset,
    Expr? Fetch,
    ForUpdate? ForUpdate);

/// <summary>One SELECT; <paramref name="Nested"/> in place of it is a parenthesised query.</summary>
internal sealed record QueryBlock(
    int Start, bool Distinct, IReadOnlyList<SelectItem> Items, FromItem? From, Expr? Where, IReadOnlyList<Expr> GroupBy, Expr? Having, Query? Nested);
