using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Statements of SQL, written out or as texts, and calls of supplied procedures.</summary>
internal sealed partial class BlockCompiler
{
    private static readonly OracleType Text = new(TypeKind.Text, Size: 32767, Chars: 32767);

    private Translated<T> Translated<T>(IReadOnlyList<int> binds, Names names, Func<Catalog, IReadOnlyList<OracleType>, Func<ColumnExpr, int?>, T> translate) where T : class
    {
        var translated = new Translated<T>((catalog, slots) =>
        {
            CheckBinds(binds, slots);
            return translate(catalog, _types, column => Resolve(column, names, slots, allowsBooleans: false));
        });
        // Once now, for its faults; a later change of a table is seen when it is run.
        translated.For(_catalog);
        return translated;
    }

    private Translated<TranslatedQuery> Query(Part<Query> part, Names names) =>
        Translated(part.Binds, names, (catalog, types, variables) => new Translator(catalog, types, variables).Statement(part.Tree).Shown());

    private Step Sql(SqlStep step, Names names)
    {
        var statement = step.Statement.Tree;
        if (statement is InsertStatement or MultiInsertStatement or UpdateStatement or DeleteStatement or MergeStatement)
        {
            var plan = Translated(step.Statement.Binds, names, (catalog, types, variables) => Translator.Dml(catalog, types, variables, statement));
            var into = Variables(step.Into, names);
            if (into.Count != plan.For(_catalog).Returned.Length) throw new OracleError(947, "not enough values");
            return run =>
            {
                run.Dml(plan, into);
                return Flow.Next;
            };
        }
        return run =>
        {
            run.Control(statement);
            return Flow.Next;
        };
    }

    private Step Select(SelectStep step, Names names)
    {
        var query = Query(step.Query, names);
        var into = Variables(step.Into, names);
        CheckCount(into.Count, query.For(_catalog).Columns.Count, step.Start);
        return run =>
        {
            run.SelectInto(query, step.Query.Tree.ForUpdate, into);
            return Flow.Next;
        };
    }

    private static void CheckCount(int targets, int columns, int position)
    {
        if (targets < columns) throw new OracleError(947, "not enough values", position);
        if (targets > columns) throw new OracleError(913, "too many values", position);
    }

    private Step Dynamic(DynamicStep step, Names names)
    {
        var text = Value(step.Text, Text, names);
        var into = Variables(step.Into, names);
        var items = Items(step.Using, names);
        return run =>
        {
            run.ExecuteImmediate(text, into, items);
            return Flow.Next;
        };
    }

    private UsingValue[] Items(IReadOnlyList<UsingItem> items, Names names) =>
        [.. items.Select(i => new UsingValue(i.In == null ? null : Value(i.In, names), i.Out == null ? null : Variable(i.Out, names)))];

    private Step Call(CallStep step, Names names)
    {
        var arguments = step.Arguments.Select((a, i) => (
            In: a.In == null ? null : Value(a.In, new Variable(-1, step.Procedure.Type(i)), names),
            Out: a.Out == null ? null : Variable(a.Out, names))).ToArray();
        return run =>
        {
            var values = arguments.Where((_, i) => !step.Procedure.IsOut(i)).Select(a => a.In == null ? null : run.Evaluate(a.In)).ToArray();
            var results = step.Procedure.Body(run.Session, values);
            var next = 0;
            for (var i = 0; i < arguments.Length; i++)
            {
                if (!step.Procedure.IsOut(i)) continue;
                var result = results[next++];
                if (arguments[i].Out is { } target) run.Assign(target, result, step.Procedure.Type(i));
            }
            return Flow.Next;
        };
    }
}
