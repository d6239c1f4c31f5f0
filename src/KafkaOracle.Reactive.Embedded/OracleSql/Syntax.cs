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

internal sealed record IntervalLiteral(int Start, string Text, string Unit, int? Precision, int? Scale) : Expr(Start);

internal sealed record BindExpr(int Start, int Index, string Name) : Expr(Start);

internal sealed record ColumnExpr(int Start, string? Qualifier, string Name) : Expr(Start);

internal sealed record StarExpr(int Start, string? Qualifier) : Expr(Start);

internal sealed record UnaryExpr(int Start, string Operator, Expr Operand) : Expr(Start);

internal sealed record BinaryExpr(int Start, string Operator, Expr Left, Expr Right) : Expr(Start);

internal sealed record CallExpr(int Start, string Name, IReadOnlyList<Expr> Arguments, bool Distinct, WindowClause? Over) : Expr(Start)
{
    public IReadOnlyList<OrderItem> WithinGroup { get; init; } = [];

    public KeepClause? Keep { get; init; }

    /// <summary>DEFAULT .. ON CONVERSION ERROR.</summary>
    public Expr? OnConversionError { get; init; }

    public bool IgnoresNulls { get; init; }
}

/// <summary>KEEP (DENSE_RANK FIRST or LAST ORDER BY ..): only those rows of a group that come first, or last, are aggregated.</summary>
internal sealed record KeepClause(bool Last, IReadOnlyList<OrderItem> Order);

internal sealed record WindowClause(IReadOnlyList<Expr> Partition, IReadOnlyList<OrderItem> Order, WindowFrame? Frame);

/// <summary>ROWS or RANGE and its bounds; without the second it ends at the current row.</summary>
internal sealed record WindowFrame(string Unit, WindowBound From, WindowBound? To)
{
    public bool HasOffset => From.Offset != null || To?.Offset != null;
}

/// <summary>A bound in SQL's words, which SQLite shares, behind its offset where it has one.</summary>
internal sealed record WindowBound(string Words, Expr? Offset);

/// <summary>A column marked (+): its table is the optional side of a join.</summary>
internal sealed record OptionalExpr(int Start, ColumnExpr Column) : Expr(Start);

/// <summary>PRIOR: the value in the row above.</summary>
internal sealed record PriorExpr(int Start, Expr Operand) : Expr(Start);

/// <summary>CONNECT_BY_ROOT: the value in the row at the top.</summary>
internal sealed record RootExpr(int Start, Expr Operand) : Expr(Start);

/// <summary>NEXTVAL or CURRVAL of a sequence.</summary>
internal sealed record SequenceExpr(int Start, string Sequence, bool IsNext) : Expr(Start);

/// <summary>AT TIME ZONE, or AT LOCAL where no zone is given.</summary>
internal sealed record AtZoneExpr(int Start, Expr Operand, Expr? Zone) : Expr(Start);

/// <summary>JSON_VALUE, JSON_QUERY or JSON_EXISTS with its clauses.</summary>
internal sealed record JsonExpr(int Start, string Name, Expr Operand, string Path) : Expr(Start)
{
    public OracleType? Returning { get; init; }

    public string Wrapper { get; init; } = "";

    /// <summary>NULL, ERROR or DEFAULT.</summary>
    public string OnError { get; init; } = "NULL";

    public string OnEmpty { get; init; } = "NULL";

    public Expr? ErrorDefault { get; init; }

    public Expr? EmptyDefault { get; init; }
}

/// <summary>A comparison with ANY (SOME) or ALL of a list or a subquery.</summary>
internal sealed record QuantifiedExpr(int Start, Expr Operand, string Operator, bool All, IReadOnlyList<Expr> Items, Query? Query) : Expr(Start);

/// <summary>IS JSON, IS NAN or IS INFINITE.</summary>
internal sealed record IsExpr(int Start, Expr Operand, string What, bool Negated) : Expr(Start);

internal sealed record CastExpr(int Start, Expr Operand, OracleType Type) : Expr(Start)
{
    /// <summary>DEFAULT .. ON CONVERSION ERROR.</summary>
    public Expr? OnConversionError { get; init; }

    public Expr? Format { get; init; }

    /// <summary>VALIDATE_CONVERSION: whether it can be converted.</summary>
    public bool IsAsked { get; init; }
}

/// <summary>JSON_OBJECT, JSON_ARRAY, JSON_OBJECTAGG or JSON_ARRAYAGG.</summary>
internal sealed record JsonMakerExpr(int Start, string Name, IReadOnlyList<JsonMember> Members, bool LeavesNullsOut, OracleType Type, IReadOnlyList<OrderItem> Order) : Expr(Start)
{
    public bool IsAggregate => Name is "JSON_OBJECTAGG" or "JSON_ARRAYAGG";
}

/// <summary>A value, with the key of an object's member; <paramref name="IsJson"/> says that it is JSON text already.</summary>
internal sealed record JsonMember(Expr? Key, Expr Value, bool IsJson);

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

internal sealed record TableFrom(int Start, string Name, string? Alias) : FromItem(Start)
{
    /// <summary>The query of an inline view that a statement changes; it has no name.</summary>
    public Query? Inline { get; init; }

    /// <summary>WITH CHECK OPTION of an inline view.</summary>
    public bool ChecksRows { get; init; }
}

internal sealed record QueryFrom(int Start, Query Query, string? Alias) : FromItem(Start)
{
    /// <summary>Whether it sees the items to the left of it.</summary>
    public bool IsLateral { get; init; }
}

/// <summary>PIVOT: for each of the values, aggregates of the rows whose columns have it; grouped by all columns that are not named in it.</summary>
internal sealed record PivotFrom(
    int Start, FromItem Source, IReadOnlyList<(CallExpr Call, string? Alias)> Aggregates, IReadOnlyList<ColumnExpr> For,
    IReadOnlyList<(IReadOnlyList<Expr> Values, string Name)> In, string? Alias) : FromItem(Start);

/// <summary>UNPIVOT: a row for each group of columns; the labels say which.</summary>
internal sealed record UnpivotFrom(
    int Start, FromItem Source, bool IncludesNulls, IReadOnlyList<string> Values, IReadOnlyList<string> For,
    IReadOnlyList<(IReadOnlyList<ColumnExpr> Columns, IReadOnlyList<Expr> Labels)> In, string? Alias) : FromItem(Start);

/// <summary>JSON_TABLE: a row for each element that a path finds in a JSON text.</summary>
internal sealed record JsonTableFrom(int Start, Expr Operand, string Path, IReadOnlyList<JsonColumn> Columns, string? Alias) : FromItem(Start);

internal enum JsonColumnKind
{
    Value,
    Query,
    Exists,
    Ordinality,
    Nested,
}

/// <summary>A column of JSON_TABLE, or those of a nested path.</summary>
internal sealed record JsonColumn(JsonColumnKind Kind, string Name, OracleType Type, string Path, IReadOnlyList<JsonColumn> Nested)
{
    public bool FailsOnError { get; init; }

    public bool FailsOnEmpty { get; init; }

    /// <summary>CONDITIONAL or ALWAYS, or empty.</summary>
    public string Wrapper { get; init; } = "";
}

internal sealed record JoinFrom(int Start, FromItem Left, FromItem Right, string Kind, Expr? On, IReadOnlyList<string> Using) : FromItem(Start)
{
    /// <summary>Written with (+), whose marks stand in the condition.</summary>
    public bool IsMarked { get; init; }
}

internal enum LockWait
{
    Wait,
    NoWait,
    SkipLocked,
}

/// <summary>CONNECT BY LEVEL &lt;= n of DUAL, which makes n rows; no other hierarchy is supported.</summary>
internal sealed record LevelsFrom(int Start, Expr Most) : FromItem(Start);

/// <summary>FOR UPDATE; <paramref name="Of"/> names columns of the tables whose rows are locked, none of them those of all.</summary>
internal sealed record ForUpdate(LockWait Wait, int? Seconds, IReadOnlyList<Expr> Of);

/// <summary>START WITH and CONNECT BY.</summary>
internal sealed record Hierarchy(int Start, Expr? Roots, Expr Condition, bool AllowsCycles);

/// <summary>FETCH FIRST; <paramref name="WithTies"/> adds the rows that sort like the last one.</summary>
internal sealed record FetchClause(int Start, Expr Count, bool IsPercent, bool WithTies);

/// <summary>SEARCH of a recursive WITH: the order in which it yields rows, numbered in a column of their own.</summary>
internal sealed record SearchClause(bool DepthFirst, IReadOnlyList<OrderItem> Order, string Column);

/// <summary>CYCLE of a recursive WITH: a row equal to one above it in these columns is marked and leads to no others.</summary>
internal sealed record CycleClause(IReadOnlyList<string> Columns, string Mark, Expr Yes, Expr No);

/// <summary>A query named in WITH.</summary>
internal sealed record NamedQuery(string Name, int Start, IReadOnlyList<string> Columns, Query Query)
{
    public SearchClause? Search { get; init; }

    public CycleClause? Cycle { get; init; }
}

/// <summary>A query: blocks joined by set operators, then ORDER BY, OFFSET, FETCH and FOR UPDATE.</summary>
internal sealed record Query(
    IReadOnlyList<NamedQuery> With,
    IReadOnlyList<(string Operator, QueryBlock Block)> Blocks,
    IReadOnlyList<OrderItem> OrderBy,
    Expr? Offset,
    FetchClause? Fetch,
    ForUpdate? ForUpdate)
{
    /// <summary>ORDER SIBLINGS BY: the order is that of rows below the same row.</summary>
    public bool OrdersSiblings { get; init; }
}

/// <summary>One SELECT; <paramref name="Nested"/> in place of it is a parenthesised query.</summary>
internal sealed record QueryBlock(
    int Start, bool Distinct, IReadOnlyList<SelectItem> Items, FromItem? From, Expr? Where, IReadOnlyList<Expr> GroupBy, Expr? Having, Query? Nested)
{
    /// <summary>The sets of expressions to group by in turn, out of GROUP BY's; null where all of them are the one set.</summary>
    public IReadOnlyList<IReadOnlyList<Expr>>? GroupingSets { get; init; }

    public Hierarchy? Hierarchy { get; init; }
}
