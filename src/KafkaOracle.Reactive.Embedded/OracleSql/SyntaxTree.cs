using System.Runtime.CompilerServices;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Walks expressions. Subqueries are not entered: what they contain belongs to blocks of their own.</summary>
internal static class SyntaxTree
{
    /// <summary>The expression and everything in it.</summary>
    public static bool Any(Expr expr, Func<Expr, bool> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (found(expr)) return true;
        foreach (var child in Children(expr)) if (Any(child, found)) return true;
        return false;
    }

    public static List<ColumnExpr> Columns(Expr expr)
    {
        var columns = new List<ColumnExpr>();
        Any(expr, e =>
        {
            if (e is ColumnExpr column) columns.Add(column);
            return false;
        });
        return columns;
    }

    public static IEnumerable<Expr> Children(Expr expr) => expr switch
    {
        UnaryExpr unary => [unary.Operand],
        BinaryExpr binary => [binary.Left, binary.Right],
        CallExpr call =>
        [
            .. call.Arguments, .. call.OnConversionError == null ? [] : new[] { call.OnConversionError }, .. call.WithinGroup.Select(o => o.Value), .. call.Keep == null ? [] : call.Keep.Order.Select(o => o.Value),
            .. call.Over == null ? [] : call.Over.Partition.Concat(call.Over.Order.Select(o => o.Value)),
        ],
        CastExpr cast => Present([cast.Operand, cast.OnConversionError, cast.Format]),
        JsonMakerExpr maker => Present([.. maker.Members.SelectMany(m => new[] { m.Key, m.Value }), .. maker.Order.Select(o => o.Value)]),
        ExtractExpr extract => [extract.Operand],
        CaseExpr @case => Present([@case.Operand, .. @case.Branches.SelectMany(b => new[] { b.When, b.Then }), @case.Else]),
        InExpr @in => [@in.Operand, .. @in.Items],
        TupleExpr tuple => tuple.Items,
        BetweenExpr between => [between.Operand, between.Low, between.High],
        LikeExpr like => Present([like.Operand, like.Pattern, like.Escape]),
        IsNullExpr isNull => [isNull.Operand],
        IsExpr @is => [@is.Operand],
        OptionalExpr optional => [optional.Column],
        PriorExpr prior => [prior.Operand],
        RootExpr root => [root.Operand],
        AtZoneExpr zoned => Present([zoned.Operand, zoned.Zone]),
        JsonExpr json => Present([json.Operand, json.ErrorDefault, json.EmptyDefault]),
        QuantifiedExpr quantified => [quantified.Operand, .. quantified.Items],
        _ => [],
    };

    private static IEnumerable<Expr> Present(IEnumerable<Expr?> expressions) => expressions.OfType<Expr>();
}
