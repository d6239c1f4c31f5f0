using KafkaOracle.Reactive.Embedded.OracleProtocol;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OraclePlSql;

/// <summary>Assignments, branches and loops.</summary>
internal sealed partial class BlockCompiler
{
    private Step Assign(AssignStep assign, Names names)
    {
        if (assign.Target.Bind == null && names.Find(assign.Target.Qualifier, assign.Target.Name) is RecordSymbol record) return AssignRecord(assign, record, names);
        var target = Variable(assign.Target, names);
        if (target.Kind == PlSqlType.RefCursor)
        {
            var source = assign.Value.Tree switch
            {
                ColumnExpr column when names.Find(column.Qualifier, column.Name) is Variable { Kind: PlSqlType.RefCursor } variable => variable.Cursor,
                NullLiteral => -1,
                _ => throw PlSqlError.WrongType(assign.Value.Tree.Start),
            };
            return run =>
            {
                run.CopyCursor(source, target.Cursor);
                return Flow.Next;
            };
        }
        var value = Value(assign.Value, target, names);
        return run =>
        {
            run.Set(target, run.Evaluate(value));
            return Flow.Next;
        };
    }

    private static Step AssignRecord(AssignStep assign, RecordSymbol record, Names names)
    {
        if (assign.Value.Tree is not ColumnExpr column || names.Find(column.Qualifier, column.Name) is not RecordSymbol source || source.Fields.Count != record.Fields.Count)
            throw PlSqlError.WrongType(assign.Value.Tree.Start);
        return run =>
        {
            for (var i = 0; i < record.Fields.Count; i++) run.Assign(record.Fields[i].Field, run.Value(source.Fields[i].Field), source.Fields[i].Field.Type);
            return Flow.Next;
        };
    }

    private Step If(IfStep step, Names names)
    {
        var branches = step.Branches.Select(b => (When: Condition(b.When, names), Then: Sequence(b.Then, names))).ToArray();
        var otherwise = Sequence(step.Else, names);
        return run =>
        {
            foreach (var (when, then) in branches) if (run.IsTrue(when)) return then(run);
            return otherwise(run);
        };
    }

    private Step Loop(LoopStep loop, Names outer)
    {
        var names = new Names(outer, loop.Label);
        var condition = loop.While == null ? null : Condition(loop.While, names);
        var body = LoopBody(loop.Body, names);
        return run =>
        {
            while (condition == null || run.IsTrue(condition))
            {
                var flow = body(run);
                if (Leaves(flow, loop.Label, out var to)) return to;
                run.CheckWanted();
            }
            return Flow.Next;
        };
    }

    private Step RangeLoop(RangeLoopStep loop, Names outer)
    {
        var integer = new OracleType(TypeKind.Number, 38, 0, 22);
        var (low, high) = (Value(loop.Low, integer, outer), Value(loop.High, integer, outer));
        var names = new Names(outer, loop.Label);
        var counter = NewVariable(integer) with { IsConstant = true };
        names.Declare(loop.Name, counter, loop.Start);
        var body = LoopBody(loop.Body, names);
        return run =>
        {
            var (from, to) = (run.Whole(low), run.Whole(high));
            for (var n = from; n <= to; n++)
            {
                run.Set(counter, OracleNumber.From(loop.Reverse ? to - (n - from) : n).Encode());
                var flow = body(run);
                if (Leaves(flow, loop.Label, out var where)) return where;
                run.CheckWanted();
            }
            return Flow.Next;
        };
    }

    private Step LoopBody(IReadOnlyList<BlockStep> body, Names names)
    {
        _loops++;
        var steps = Sequence(body, names);
        _loops--;
        return steps;
    }

    private Step Leave(LeaveStep leave, Names names)
    {
        if (_loops == 0) throw new PlSqlError(leave.Continues ? "PLS-00373: EXIT/CONTINUE statements may only be used inside a loop" : "PLS-00376: illegal EXIT/CONTINUE statement; it must appear inside a loop", leave.Start);
        var flow = new Flow(leave.Continues ? FlowKind.Continue : FlowKind.Exit, leave.Label);
        if (leave.When == null) return _ => flow;
        var when = Condition(leave.When, names);
        return run => run.IsTrue(when) ? flow : Flow.Next;
    }

    /// <summary>Whether a loop of this label ends after a round, and where that leads.</summary>
    private static bool Leaves(Flow flow, string? label, out Flow to)
    {
        to = Flow.Next;
        var isMeant = flow.Label == null || flow.Label == label;
        if (flow.Kind == FlowKind.Next || (flow.Kind == FlowKind.Continue && isMeant)) return false;
        if (flow.Kind != FlowKind.Exit || !isMeant) to = flow;
        return true;
    }
}
