namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>CREATE TABLE: columns, identities, options.</summary>
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
}
