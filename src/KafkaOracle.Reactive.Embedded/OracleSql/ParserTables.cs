namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>CREATE and ALTER TABLE: columns, constraints, identities.</summary>
internal sealed partial class Parser
{
    private CreateTableStatement CreateTable(bool temporary = false)
    {
        var ifNotExists = IfNotExists();
        var table = Table(alias: false);
        var columns = new List<ColumnDefinition>();
        var constraints = new List<ConstraintDefinition>();
        if (Accept("("))
        {
            do TableElement(columns, constraints);
            while (Accept(","));
            Expect(")");
        }
        var keepsRows = TableOptions();
        if (Current.Is("AS") && columns.Count > 0) throw OracleError.Unsupported("CREATE TABLE with columns AS SELECT", Current.Start);
        if (columns.Count == 0) Expect("AS");
        return new CreateTableStatement(table.Name, table.Start, columns, constraints, columns.Count == 0 ? Query() : null)
        {
            IfNotExists = ifNotExists,
            Temporary = !temporary ? null : keepsRows ? TemporaryRowsEnd.Session : TemporaryRowsEnd.Commit,
        };
    }

    private bool IfNotExists()
    {
        if (!Accept("IF")) return false;
        Expect("NOT");
        Expect("EXISTS");
        return true;
    }

    /// <summary>
    /// Storage clauses change nothing that a client can see; what would (partitions, index organisation's like) is accepted too.
    /// Returns whether the rows of a temporary table outlive the commit.
    /// </summary>
    private bool TableOptions()
    {
        var keepsRows = false;
        while (Current.Kind != TokenKind.End && !Current.Is(";") && !Current.Is("AS"))
        {
            if (Current.Is("ON") && Ahead(1).Is("COMMIT"))
            {
                _at += 2;
                keepsRows = Accept("PRESERVE");
                if (!keepsRows) Expect("DELETE");
                Expect("ROWS");
            }
            else if (Accept("(")) SkipParentheses();
            else Advance();
        }
        return keepsRows;
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

    private ColumnDefinition Column(List<ConstraintDefinition> constraints)
    {
        var name = Name();
        if (name.Kind == TokenKind.Word && Reserved.Contains(name.Text)) throw new OracleError(904, ": invalid identifier", name.Start);
        var hasType = !Current.Is("AS") && !(Current.Is("GENERATED") && Ahead(1).Is("ALWAYS") && Ahead(2).Is("AS") && Ahead(3).Is("(")) && !Current.Is("INVISIBLE") && !Current.Is("VISIBLE");
        var column = ColumnAttributes(new ColumnDefinition(name.Text, name.Start, hasType ? DataType() : OracleType.Null, null, null, false), constraints);
        return hasType || column.Computed != null ? column : throw new OracleError(902, "invalid datatype", name.Start);
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
            else if (Current.Is("AS") || (Current.Is("GENERATED") && Ahead(1).Is("ALWAYS") && Ahead(2).Is("AS") && Ahead(3).Is("("))) column = Computed(column);
            else if (Accept("INVISIBLE")) column = column with { Invisible = true };
            else if (Accept("VISIBLE")) column = column with { Invisible = false };
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
            else if (Current.Is("CONSTRAINT") || Current.Is("PRIMARY") || Current.Is("UNIQUE") || Current.Is("CHECK") || Current.Is("REFERENCES")) constraints.Add(Constraint(column.Name));
            else return column;
        }
    }

    private ColumnDefinition Computed(ColumnDefinition column)
    {
        if (Accept("GENERATED")) Expect("ALWAYS");
        Expect("AS");
        Expect("(");
        var from = Current.Start;
        var value = Expression();
        var text = _sql[from..Previous.End];
        Expect(")");
        Accept("VIRTUAL");
        return column with { Computed = value, ComputedText = text };
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
        Expect("IDENTITY");
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
