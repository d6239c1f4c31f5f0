using System.Numerics;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>A column as CREATE or ALTER TABLE writes it. <c>Nullable</c> says that NULL was written, which ends a NOT NULL.</summary>
internal sealed record ColumnDefinition(string Name, int Start, OracleType Type, Expr? Default, string? DefaultText, bool NotNull)
{
    public bool Nullable { get; init; }

    public string? NotNullName { get; init; }

    public bool DefaultOnNull { get; init; }

    public IdentityOptions? Identity { get; init; }

    /// <summary>What a virtual column computes; its type is NULL's where that decides it.</summary>
    public Expr? Computed { get; init; }

    public string? ComputedText { get; init; }

    /// <summary>Null where nothing was written.</summary>
    public bool? Invisible { get; init; }
}

internal enum ConstraintKind
{
    PrimaryKey,
    Unique,
    Check,
    ForeignKey,
}

/// <summary>What a foreign key references; no columns mean the primary key. <paramref name="OnDelete"/> is CASCADE, SET NULL or empty.</summary>
internal sealed record Reference(string Table, int Start, IReadOnlyList<string>? Columns, string OnDelete);

internal sealed record ConstraintDefinition(ConstraintKind Kind, string? Name, IReadOnlyList<string> Columns, Expr? Check, string? CheckText)
{
    public Reference? References { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>INITIALLY DEFERRED: checked at the commit.</summary>
    public bool IsDeferred { get; init; }

    public bool IsDeferrable { get; init; }
}

/// <summary>What was written about a sequence; the rest has its defaults.</summary>
internal sealed record SequenceOptions
{
    private static readonly BigInteger Furthest = BigInteger.Pow(10, 28) - 1;

    public BigInteger? Start { get; init; }

    public BigInteger? Increment { get; init; }

    public BigInteger? Min { get; init; }

    public BigInteger? Max { get; init; }

    public bool? Cycles { get; init; }

    /// <summary>0 for NOCACHE. Numbers are not cached; it is kept for those who ask.</summary>
    public BigInteger? Cache { get; init; }

    public bool Restarts { get; init; }

    public BigInteger Step => Increment ?? 1;

    public BigInteger Least => Min ?? (Step.Sign > 0 ? 1 : -(BigInteger.Pow(10, 27) - 1));

    public BigInteger Most => Max ?? (Step.Sign > 0 ? Furthest : -1);

    public BigInteger First => Start ?? (Step.Sign > 0 ? Least : Most);

    /// <summary>These options where they say something, else those of before.</summary>
    public SequenceOptions Over(SequenceOptions before) => new()
    {
        Start = Start ?? before.Start,
        Increment = Increment ?? before.Increment,
        Min = Min ?? before.Min,
        Max = Max ?? before.Max,
        Cycles = Cycles ?? before.Cycles,
        Cache = Cache ?? before.Cache,
    };

    public void Check(int position)
    {
        if (Step.IsZero) throw new OracleError(4002, "INCREMENT must be a non-zero integer", position);
        if (Least >= Most) throw new OracleError(4004, "MINVALUE must be less than MAXVALUE", position);
        if (First < Least) throw new OracleError(4006, "START WITH cannot be less than MINVALUE", position);
        if (First > Most) throw new OracleError(4008, "START WITH cannot be more than MAXVALUE", position);
    }
}

internal sealed record IdentityOptions(bool Always, bool OnNull, SequenceOptions Sequence);

internal sealed record CreateTableStatement(
    string Name, int Start, IReadOnlyList<ColumnDefinition> Columns, IReadOnlyList<ConstraintDefinition> Constraints, Query? Query) : Statement(1)
{
    public bool IfNotExists { get; init; }

    public TemporaryRowsEnd? Temporary { get; init; }
}

/// <summary>When a temporary table's rows go: at the commit, or with their session.</summary>
internal enum TemporaryRowsEnd
{
    Commit,
    Session,
}

internal sealed record AlterTableStatement(string Name, int Start, IReadOnlyList<TableChange> Changes) : Statement(15);

/// <summary>One change that ALTER TABLE makes; changes apply in the order in which they are written.</summary>
internal abstract record TableChange;

internal sealed record AddColumn(ColumnDefinition Column) : TableChange;

internal sealed record AddConstraint(ConstraintDefinition Constraint) : TableChange;

/// <summary>The type is NULL's where it does not change.</summary>
internal sealed record ModifyColumn(ColumnDefinition Column) : TableChange;

internal sealed record DropColumn(string Name, int Start) : TableChange;

/// <summary>By name, or the primary key, or the unique key over columns.</summary>
internal sealed record DropConstraint(string? Name, ConstraintKind? Kind, IReadOnlyList<string> Columns) : TableChange;

/// <summary>ENABLE or DISABLE of a constraint, named as <see cref="DropConstraint"/> names it.</summary>
internal sealed record SwitchConstraint(string? Name, ConstraintKind? Kind, IReadOnlyList<string> Columns, bool Enables) : TableChange;

internal sealed record RenameColumn(string From, string To, int Start) : TableChange;

internal sealed record RenameConstraint(string From, string To) : TableChange;

internal sealed record RenameTable(string To) : TableChange;

internal sealed record DropTableStatement(string Name, int Start, bool IfExists) : Statement(12)
{
    /// <summary>Whether foreign keys that reference the table go with it.</summary>
    public bool Cascades { get; init; }
}

internal sealed record TruncateStatement(string Name, int Start) : Statement(85);

internal sealed record CreateIndexStatement(string Name, string Table, int Start, bool Unique, IReadOnlyList<IndexKey> Keys) : Statement(9)
{
    public bool IfNotExists { get; init; }
}

/// <summary>What an index is over: a column, or an expression.</summary>
internal sealed record IndexKey(string? Column, Expr Value, string Text);

internal sealed record DropIndexStatement(string Name, int Start) : Statement(10)
{
    public bool IfExists { get; init; }
}

internal sealed record CreateSequenceStatement(string Name, int Start, SequenceOptions Options) : Statement(13)
{
    public bool IfNotExists { get; init; }
}

internal sealed record AlterSequenceStatement(string Name, int Start, SequenceOptions Options) : Statement(14);

internal sealed record DropSequenceStatement(string Name, int Start, bool IfExists) : Statement(16);

internal sealed record CreateViewStatement(
    string Name, int Start, bool Replaces, IReadOnlyList<string> Columns, Query Query, string QueryText, bool IsReadOnly) : Statement(21)
{
    /// <summary>WITH CHECK OPTION.</summary>
    public bool ChecksRows { get; init; }
}

internal sealed record DropViewStatement(string Name, int Start, bool IfExists) : Statement(22);

/// <summary>ALTER SESSION, or SET TRANSACTION: formats are kept, the rest has no effect here.</summary>
internal sealed record AlterSessionStatement(IReadOnlyList<(string Parameter, string Value)> Settings) : Statement(42);
