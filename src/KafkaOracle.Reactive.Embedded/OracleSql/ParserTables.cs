namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>CREATE and ALTER TABLE: columns, constraints, identities.</summary>
internal sealed partial class Parser
{
    private CreateTableStatement CreateTable()
    {
        var ifNotExists = IfNotExists();
        var table = Table(alias: false);
        if (Accept("AS")) return new CreateTableStatement(table.Name, table.Start, [], [], Query()) { IfNotExists = ifNotExists };
        Expect("(");
        var columns = new List<ColumnDefinition>();
        var constraints = new List<ConstraintDefinition>();
        do TableElement(columns, constraints);
        while (Accept(","));
        Expect(")");
        TableOptions();
        return new CreateTableStatement(table.Name, table.Start, columns, constraints, null) { IfNotExists = ifNotExists };
    }

    private bool IfNotExists()
    {
        if (!Accept("IF")) return false;
        Expect("NOT");
        Expect("EXISTS");
        return true;
    }

    /// <summary>Storage clauses change nothing that a client can see; what would (partitions, index organisation's like) is accepted too.</summary>
    private void TableOptions()
    {
        while (Current.Kind != TokenKind.End && !Current.Is(";"))
        {
            if (Current.Is("AS")) throw OracleError.Unsupported("CREATE TABLE with options AS SELECT", Current.Start);
            if (Accept("(")) SkipParentheses();
            else Advance();
        }
    }

    private bool AtConstraint() =>
        Current.Is("CONSTRAINT") || (Current.Is("PRIMARY") && Ahead(1).Is("KEY")) || (Current.Is("UNIQUE") && Ahead(1).Is("("))
        || (Current.Is("CHECK") && Ahead(1).Is("(")) || (Current.Is("FOREIGN") && Ahead(1).Is("KEY"));

    private void TableElement(List<ColumnDefinition> columns, List<ConstraintDefinition> constraints)
    {
        if (AtConstraint()) constraints.Add(Constraint(null));
        else columns.Add(Column(constraints));
    }

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
        while (Accept("ENABLE") || Accept("VALIDATE") || Accept("RELY")) { }
        if (Current.Is("DISABLE") || Current.Is("DEFERRABLE") || Current.Is("INITIALLY") || Current.Is("NOVALIDATE")) throw OracleError.Unsupported($"{Current.Text} constraints", Current.Start);
        if (Current.Is("NOT") && Ahead(1).Is("DEFERRABLE")) _at += 2;
        return constraint;
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

    private ColumnDefinition Column(List<ConstraintDefinition> constraints)
    {
        var name = Name();
        if (name.Kind == TokenKind.Word && Reserved.Contains(name.Text)) throw new OracleError(904, ": invalid identifier", name.Start);
        return ColumnAttributes(new ColumnDefinition(name.Text, name.Start, DataType(), null, null, false), constraints);
    }

    private ColumnDefinition ColumnAttributes(ColumnDefinition column, List<ConstraintDefinition> constraints)
    {
        while (true)
        {
            if (Accept("DEFAULT"))
            {
                var onNull = Accept("ON");
                if (onNull) Expect("NULL");
                var from = Current.Start;
                column = column with { Default = Expression(), DefaultText = _sql[from..Previous.End], DefaultOnNull = onNull, NotNull = column.NotNull || onNull };
            }
            else if (Accept("GENERATED")) column = column with { Identity = Identity(), NotNull = true };
            else if (Current.Is("NOT") || (Current.Is("CONSTRAINT") && Ahead(2).Is("NOT")))
            {
                var notNull = Accept("CONSTRAINT") ? Name().Text : null;
                Expect("NOT");
                Expect("NULL");
                column = column with { NotNull = true, NotNullName = notNull };
                Accept("ENABLE");
            }
            else if (Accept("NULL")) column = column with { Nullable = true };
            else if (Current.Is("AS")) throw OracleError.Unsupported("virtual columns", Current.Start);
            else if (Current.Is("CONSTRAINT") || Current.Is("PRIMARY") || Current.Is("UNIQUE") || Current.Is("CHECK") || Current.Is("REFERENCES")) constraints.Add(Constraint(column.Name));
            else return column;
        }
    }

    private IdentityOptions Identity()
    {
        var always = Accept("ALWAYS");
        if (!always)
        {
            Expect("BY");
            Expect("DEFAULT");
        }
        var onNull = !always && Accept("ON");
        if (onNull) Expect("NULL");
        Expect("AS");
        if (!Accept("IDENTITY")) throw OracleError.Unsupported("virtual columns", Current.Start);
        var options = new SequenceOptions();
        if (Accept("("))
        {
            options = Options();
            Expect(")");
        }
        return new IdentityOptions(always, onNull, options);
    }

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
        if (Current.Is("CONSTRAINT")) throw OracleError.Unsupported("MODIFY CONSTRAINT", Current.Start);
        var list = Accept("(");
        do
        {
            var name = Name();
            var constraints = new List<ConstraintDefinition>();
            var hasType = Current.Kind == TokenKind.Word && Current.Text is not ("DEFAULT" or "NOT" or "NULL" or "CONSTRAINT" or "PRIMARY" or "UNIQUE" or "CHECK" or "REFERENCES" or "GENERATED");
            var definition = new ColumnDefinition(name.Text, name.Start, hasType ? DataType() : OracleType.Null, null, null, false);
            changes.Add(new ModifyColumn(ColumnAttributes(definition, constraints)));
            changes.AddRange(constraints.Select(c => new AddConstraint(c)));
        }
        while (list && Accept(","));
        if (list) Expect(")");
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
