namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Constraints of tables and columns, and whether they are checked at once, later or not.</summary>
internal sealed partial class Parser
{
    private ConstraintDefinition Constraint(string? column)
    {
        var name = Accept("CONSTRAINT") ? Name().Text : null;
        ConstraintDefinition constraint;
        if (Accept("PRIMARY"))
        {
            Expect("KEY");
            constraint = new ConstraintDefinition(ConstraintKind.PrimaryKey, name, KeyColumns(column), null, null);
        }
        else if (Accept("UNIQUE"))
        {
            constraint = new ConstraintDefinition(ConstraintKind.Unique, name, KeyColumns(column), null, null);
        }
        else if (Accept("CHECK"))
        {
            Expect("(");
            var from = Current.Start;
            var check = Condition();
            var text = _sql[from..Previous.End];
            Expect(")");
            constraint = new ConstraintDefinition(ConstraintKind.Check, name, [], check, text);
        }
        else if (column != null && Accept("REFERENCES"))
        {
            constraint = new ConstraintDefinition(ConstraintKind.ForeignKey, name, [column], null, null) { References = References() };
        }
        else if (column == null && Accept("FOREIGN"))
        {
            Expect("KEY");
            var columns = KeyColumns(null);
            Expect("REFERENCES");
            constraint = new ConstraintDefinition(ConstraintKind.ForeignKey, name, columns, null, null) { References = References() };
        }
        else
        {
            throw OracleError.Unsupported($"the constraint {Current.Text}", Current.Start);
        }
        if (Accept("USING")) UsingIndex();
        return State(constraint);
    }

    private ConstraintDefinition State(ConstraintDefinition constraint)
    {
        while (true)
        {
            if (Accept("ENABLE") || Accept("VALIDATE") || Accept("RELY") || Accept("NORELY")) constraint = constraint with { IsDisabled = constraint.IsDisabled && !Previous.Is("ENABLE") };
            else if (Accept("DISABLE")) constraint = constraint with { IsDisabled = true };
            else if (Current.Is("NOT") && Ahead(1).Is("DEFERRABLE")) _at += 2;
            else if (Accept("DEFERRABLE")) constraint = constraint with { IsDeferrable = true };
            else if (Accept("INITIALLY"))
            {
                var deferred = Accept("DEFERRED");
                if (!deferred) Expect("IMMEDIATE");
                constraint = constraint with { IsDeferred = deferred, IsDeferrable = constraint.IsDeferrable || deferred };
            }
            else if (Accept("NOVALIDATE"))
            {
                if (!constraint.IsDisabled) throw OracleError.Unsupported("ENABLE NOVALIDATE", Previous.Start);
            }
            else return constraint;
        }
    }

    private Reference References()
    {
        var table = Table(alias: false);
        var columns = Current.Is("(") ? KeyColumns(null) : null;
        var onDelete = "";
        if (Accept("ON"))
        {
            Expect("DELETE");
            if (Accept("CASCADE")) onDelete = "CASCADE";
            else
            {
                Expect("SET");
                Expect("NULL");
                onDelete = "SET NULL";
            }
        }
        return new Reference(table.Name, table.Start, columns, onDelete);
    }

    private void UsingIndex()
    {
        Expect("INDEX");
        while (Current.Kind is TokenKind.Word or TokenKind.Number && !Current.Is("ENABLE") && !Current.Is("CHECK") && !Current.Is("CONSTRAINT") && !Current.Is("NOT")) Advance();
    }

    private List<string> KeyColumns(string? column)
    {
        if (column != null) return [column];
        Expect("(");
        var columns = List(() => Name().Text);
        Expect(")");
        return columns;
    }
}
