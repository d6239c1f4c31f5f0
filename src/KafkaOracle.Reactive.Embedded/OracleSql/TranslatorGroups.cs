using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>
/// Groups that are computed a level below their block: those of several grouping sets, which SQLite does not have, one query for each;
/// and those whose aggregates are aggregated again. The block finds a group's keys, aggregates and which keys it lacks as columns.
/// </summary>
/// <param name="block">The block.</param>
/// <param name="alias">What it calls the groups.</param>
/// <param name="rows">The rows to group, and what the texts of keys and aggregates call them.</param>
internal sealed class GroupedRows(QueryBlock block, string alias, (string Alias, string Text, int Columns) rows)
{
    private readonly List<string> _keys = [];
    private readonly Dictionary<Expr, int> _keyOf = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _aggregates = [];

    public string Alias => alias;

    public bool NestsAggregates { get; } = block.Items.Any(i => Translator.NestsAggregates(i.Value));

    public bool HasSets => block.GroupingSets != null;

    /// <summary>A query of the groups.</summary>
    public string Text
    {
        get
        {
            var sets = (block.GroupingSets ?? [block.GroupBy]).Select(s => s.Select(e => _keyOf[e]).ToHashSet()).ToList();
            var text = new StringBuilder($"WITH {rows.Alias} AS MATERIALIZED ({rows.Text}) ");
            for (var i = 0; i < sets.Count; i++)
            {
                var set = sets[i];
                var columns = _keys.Select((key, k) => $"{(set.Contains(k) ? key : "NULL")} AS g{k}, {(set.Contains(k) ? 0 : 1)} AS b{k}")
                    .Concat(_aggregates.Select((a, n) => $"{a} AS a{n}"))
                    .Append($"{sets.Take(i).Count(s => s.SetEquals(set))} AS d");
                // The empty set makes one group too, but none of no rows.
                var by = set.Count == 0 ? "NULL" : string.Join(", ", set.Order().Select(k => _keys[k]));
                text.Append(i == 0 ? "" : " UNION ALL ").Append("SELECT ").AppendJoin(", ", columns).Append($" FROM {rows.Alias} GROUP BY {by}");
            }
            return text.ToString();
        }
    }

    /// <summary>Whether a group lacks the key, as the number 0 or 1 of SQLite's; null for what is no key.</summary>
    public string? Lacks(string key) => _keys.IndexOf(key) is var at and >= 0 ? $"{alias}.b{at}" : null;

    public string Repetition => $"{alias}.d";

    public TypedSql Key(Expr expr, TypedSql value)
    {
        var at = _keys.IndexOf(value.Text);
        if (at < 0)
        {
            at = _keys.Count;
            _keys.Add(value.Text);
        }
        _keyOf[expr] = at;
        return value with { Text = $"{alias}.g{at}", NotNull = value.NotNull && !HasSets, IsLiteral = false };
    }

    public TypedSql Aggregate(TypedSql value)
    {
        var at = _aggregates.IndexOf(value.Text);
        if (at < 0)
        {
            at = _aggregates.Count;
            _aggregates.Add(value.Text);
        }
        return value with { Text = $"{alias}.a{at}" };
    }
}

/// <summary>GROUP BY: keys, grouping sets, HAVING, and the functions that tell the sets apart.</summary>
internal sealed partial class Translator
{
    public static bool NestsAggregates(Expr expr) => SyntaxTree.Any(expr, e => e is CallExpr { Over: null } call && Aggregates.Contains(call.Name) && call.Arguments.Any(Aggregated));

    private TypedSql Grouped(Expr expr, Scope scope)
    {
        var value = Value(expr, scope);
        return value.Type.IsLob ? throw OracleError.Inconsistent("-", value.Type.Name, expr.Start) : value;
    }

    private static Groups Groups(QueryBlock block, List<TypedSql> keys, Scope scope)
    {
        var groups = new Groups();
        for (var i = 0; i < keys.Count; i++) groups.Add(keys[i].Text, scope.Below?.Key(block.GroupBy[i], keys[i]) ?? keys[i]);
        return groups;
    }

    /// <summary>HAVING sees groups, also where those are aggregated again.</summary>
    private string Having(Expr condition, Scope scope)
    {
        scope.InsideOuterAggregate = true;
        var text = Condition(condition, scope);
        scope.InsideOuterAggregate = false;
        return text;
    }

    /// <summary>GROUPING, GROUPING_ID and GROUP_ID.</summary>
    private TypedSql GroupingFunction(CallExpr call, Scope scope)
    {
        if (scope.Grouping == null || (call.Name == "GROUP_ID") != (call.Arguments.Count == 0)) throw new OracleError(30481, "GROUPING function only supported with GROUP BY CUBE or ROLLUP", call.Start);
        if (call.Name == "GROUP_ID") return Functions.FromInteger(scope.Below?.Repetition ?? "0");
        if (call.Name == "GROUPING" && call.Arguments.Count != 1) throw Functions.WrongArguments(call);
        var bits = new List<string>();
        foreach (var argument in call.Arguments)
        {
            var inside = scope.InsideAggregate;
            scope.InsideAggregate = true;
            var key = Translate(argument, scope).Text;
            scope.InsideAggregate = inside;
            var lacks = scope.Below?.Lacks(key) ?? (scope.Grouping.Find(key) == null ? null : "0");
            bits.Add($"({lacks ?? throw new OracleError(979, "not a GROUP BY expression", argument.Start)} << {call.Arguments.Count - 1 - bits.Count})");
        }
        return Functions.FromInteger($"({string.Join(" | ", bits)})");
    }
}
