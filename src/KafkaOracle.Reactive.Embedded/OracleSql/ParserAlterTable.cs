namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>ALTER TABLE: what it adds, modifies, drops, renames and switches.</summary>
internal sealed partial class Parser
{
    private AlterTableStatement AlterTable()
    {
        var table = Table(alias: false);
        var changes = new List<TableChange>();
        while (Current.Kind != TokenKind.End && !Current.Is(";"))
        {
            if (Accept("ADD")) Added(changes);
            else if (Accept("MODIFY")) Modified(changes);
            else if (Accept("DROP")) Dropped(changes);
            else if (Accept("RENAME")) changes.Add(Renamed());
            else if (Accept("ENABLE")) changes.Add(Switched(enables: true));
            else if (Accept("DISABLE")) changes.Add(Switched(enables: false));
            else throw OracleError.Unsupported($"ALTER TABLE {Current.Text}", Current.Start);
        }
        if (changes.Count == 0) throw new OracleError(2210, "no options specified for ALTER TABLE", Current.Start);
        return new AlterTableStatement(table.Name, table.Start, changes);
    }

    private void Added(List<TableChange> changes)
    {
        var list = !AtConstraint() && Accept("(");
        var (columns, constraints) = (new List<ColumnDefinition>(), new List<ConstraintDefinition>());
        do TableElement(columns, constraints);
        while (list && Accept(","));
        if (list) Expect(")");
        changes.AddRange(columns.Select(c => new AddColumn(c)));
        changes.AddRange(constraints.Select(c => new AddConstraint(c)));
    }

    private void Modified(List<TableChange> changes)
    {
        if (Accept("CONSTRAINT"))
        {
            var constraint = Name().Text;
            var enables = Accept("ENABLE");
            if (!enables) Expect("DISABLE");
            changes.Add(new SwitchConstraint(constraint, null, [], enables));
            return;
        }
        var list = Accept("(");
        do
        {
            var name = Name();
            var constraints = new List<ConstraintDefinition>();
            var hasType = Current.Kind == TokenKind.Word && Current.Text is not ("DEFAULT" or "NOT" or "NULL" or "CONSTRAINT" or "PRIMARY" or "UNIQUE" or "CHECK" or "REFERENCES" or "GENERATED" or "VISIBLE" or "INVISIBLE");
            var definition = new ColumnDefinition(name.Text, name.Start, hasType ? DataType() : OracleType.Null, null, null, false);
            changes.Add(new ModifyColumn(ColumnAttributes(definition, constraints)));
            changes.AddRange(constraints.Select(c => new AddConstraint(c)));
        }
        while (list && Accept(","));
        if (list) Expect(")");
    }

    private SwitchConstraint Switched(bool enables)
    {
        Accept("VALIDATE");
        if (Current.Is("NOVALIDATE") && enables) throw OracleError.Unsupported("ENABLE NOVALIDATE", Current.Start);
        Accept("NOVALIDATE");
        SwitchConstraint change;
        if (Accept("PRIMARY"))
        {
            Expect("KEY");
            change = new SwitchConstraint(null, ConstraintKind.PrimaryKey, [], enables);
        }
        else if (Accept("UNIQUE")) change = new SwitchConstraint(null, ConstraintKind.Unique, KeyColumns(null), enables);
        else
        {
            if (!Accept("CONSTRAINT")) throw OracleError.Unsupported($"ALTER TABLE {(enables ? "ENABLE" : "DISABLE")} {Current.Text}", Current.Start);
            change = new SwitchConstraint(Name().Text, null, [], enables);
        }
        if (Current.Is("CASCADE")) throw OracleError.Unsupported("DISABLE .. CASCADE", Current.Start);
        return change;
    }

    private void Dropped(List<TableChange> changes)
    {
        var start = Current.Start;
        if (Accept("CONSTRAINT")) changes.Add(new DropConstraint(Name().Text, null, []));
        else if (Accept("PRIMARY"))
        {
            Expect("KEY");
            changes.Add(new DropConstraint(null, ConstraintKind.PrimaryKey, []));
        }
        else if (Accept("UNIQUE")) changes.Add(new DropConstraint(null, ConstraintKind.Unique, KeyColumns(null)));
        else if (Accept("COLUMN")) changes.Add(new DropColumn(Name().Text, start));
        else if (Current.Is("(")) changes.AddRange(KeyColumns(null).Select(c => new DropColumn(c, start)));
        else throw OracleError.Unsupported($"ALTER TABLE DROP {Current.Text}", start);
        if (Accept("CASCADE") && Accept("CONSTRAINTS")) throw OracleError.Unsupported("DROP COLUMN .. CASCADE CONSTRAINTS", Previous.Start);
    }

    private TableChange Renamed()
    {
        var start = Current.Start;
        if (Accept("TO")) return new RenameTable(Name().Text);
        var isColumn = Accept("COLUMN");
        if (!isColumn) Expect("CONSTRAINT");
        var from = Name().Text;
        Expect("TO");
        return isColumn ? new RenameColumn(from, Name().Text, start) : new RenameConstraint(from, Name().Text);
    }
}
