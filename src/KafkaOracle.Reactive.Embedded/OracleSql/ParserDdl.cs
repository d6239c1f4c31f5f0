namespace KafkaOracle.Reactive.Embedded.OracleSql;

internal sealed partial class Parser
{
    private const int LongestVarchar = 32767;

    private Statement Create()
    {
        if (Accept("UNIQUE")) return CreateIndex(unique: true);
        if (Current.Is("INDEX")) return CreateIndex(unique: false);
        if (!Accept("TABLE")) throw OracleError.Unsupported($"CREATE {Current.Text}", Current.Start);
        var table = Table(alias: false);
        if (Accept("AS")) return new CreateTableStatement(table.Name, table.Start, [], [], Query());
        Expect("(");
        var columns = new List<ColumnDefinition>();
        var constraints = new List<ConstraintDefinition>();
        do TableElement(columns, constraints);
        while (Accept(","));
        Expect(")");
        TableOptions();
        return new CreateTableStatement(table.Name, table.Start, columns, constraints, null);
    }

    /// <summary>Storage clauses change nothing that a client can see; what would (partitions, index organisation's like) is accepted too.</summary>
    private void TableOptions()
    {
        while (Current.Kind != TokenKind.End && !Current.Is(";"))
        {
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
        else
        {
            throw OracleError.Unsupported(Current.Is("FOREIGN") || Current.Is("REFERENCES") ? "foreign keys" : $"the constraint {Current.Text}", Current.Start);
        }
        if (Accept("USING")) UsingIndex();
        while (Accept("ENABLE") || Accept("VALIDATE") || Accept("RELY")) { }
        if (Current.Is("DISABLE") || Current.Is("DEFERRABLE") || Current.Is("INITIALLY")) throw OracleError.Unsupported(Current.Text, Current.Start);
        return constraint;
    }

    private void UsingIndex()
    {
        Expect("INDEX");
        while (Current.Kind == TokenKind.Word && !Current.Is("ENABLE") && !Current.Is("CHECK") && !Current.Is("CONSTRAINT") && !Current.Is("NOT")) Advance();
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
        var type = DataType();
        Expr? defaultValue = null;
        string? defaultText = null;
        var notNull = false;
        while (true)
        {
            if (Accept("DEFAULT"))
            {
                if (Accept("ON")) Expect("NULL");
                var from = Current.Start;
                defaultValue = Expression();
                defaultText = _sql[from..Previous.End];
            }
            else if (Current.Is("NOT") || (Current.Is("CONSTRAINT") && Ahead(2).Is("NOT")))
            {
                if (Accept("CONSTRAINT")) Name();
                Expect("NOT");
                Expect("NULL");
                notNull = true;
                Accept("ENABLE");
            }
            else if (Accept("NULL")) { }
            else if (Current.Is("GENERATED") || Current.Is("AS")) throw OracleError.Unsupported("identity and virtual columns", Current.Start);
            else if (Current.Is("REFERENCES")) throw OracleError.Unsupported("foreign keys", Current.Start);
            else if (Current.Is("CONSTRAINT") || Current.Is("PRIMARY") || Current.Is("UNIQUE") || Current.Is("CHECK")) constraints.Add(Constraint(name.Text));
            else break;
        }
        return new ColumnDefinition(name.Text, name.Start, type, defaultValue, defaultText, notNull);
    }

    private OracleType DataType()
    {
        var start = Current.Start;
        var name = Advance().Text;
        switch (name)
        {
            case "NUMBER" or "NUMERIC" or "DECIMAL" or "DEC":
                return NumberType();
            case "INTEGER" or "INT" or "SMALLINT":
                return new OracleType(TypeKind.Number, 38, 0, 22);
            case "FLOAT" or "REAL":
                Arguments();
                return OracleType.Number;
            case "DOUBLE":
                Expect("PRECISION");
                return OracleType.Number;
            case "VARCHAR2" or "VARCHAR" or "NVARCHAR2":
                return TextType(TypeKind.Text, name[0] == 'N', start);
            case "CHAR" or "CHARACTER" or "NCHAR":
                return TextType(TypeKind.Char, name[0] == 'N', start);
            case "RAW":
                return new OracleType(TypeKind.Raw, Size: Arguments() is [var size] ? size : throw OracleError.Missing("(", Current.Start));
            case "DATE":
                return OracleType.Date;
            case "TIMESTAMP":
                var digits = Arguments() is [var n] ? n : 6;
                if (digits > 9) throw new OracleError(30088, "datetime/interval precision is out of range", start);
                if (!Accept("WITH")) return OracleType.Timestamp with { Scale = digits };
                var local = Accept("LOCAL");
                Expect("TIME");
                Expect("ZONE");
                return (local ? OracleType.TimestampLtz : OracleType.TimestampTz) with { Scale = digits };
            case "BINARY_DOUBLE":
                return OracleType.BinaryDouble;
            case "BINARY_FLOAT":
                return OracleType.BinaryFloat;
            case "CLOB":
                return OracleType.Clob;
            case "NCLOB":
                return OracleType.Clob with { IsNational = true };
            case "BLOB":
                return OracleType.Blob;
            default:
                throw new OracleError(902, $"invalid datatype: the embedded server does not support {name}", start);
        }
    }

    private OracleType NumberType()
    {
        if (!Current.Is("(")) return OracleType.Number;
        Advance();
        var start = Current.Start;
        var precision = Accept("*") ? 38 : Integer();
        var scale = 0;
        if (Accept(",")) scale = Accept("-") ? -Integer() : Integer();
        Expect(")");
        if (precision is < 1 or > 38) throw new OracleError(1727, "numeric precision specifier is out of range (1 to 38)", start);
        if (scale is < -84 or > 127) throw new OracleError(1728, "numeric scale specifier is out of range (-84 to 127)", start);
        return new OracleType(TypeKind.Number, precision, scale, 22);
    }

    private OracleType TextType(TypeKind kind, bool national, int start)
    {
        if (!Current.Is("("))
            return kind == TypeKind.Char ? new OracleType(kind, Size: national ? 2 : 1, Chars: 1, IsNational: national) : throw OracleError.Missing("(", Current.Start);
        Advance();
        var length = Integer();
        var chars = Accept("CHAR");
        if (!chars) Accept("BYTE");
        Expect(")");
        if (length < 1) throw new OracleError(1723, "zero-length columns are not allowed", start);
        if (length > LongestVarchar) throw new OracleError(910, "specified length too long for its datatype", start);
        if (national) return new OracleType(kind, Size: length * 2, Chars: length, InChars: true, IsNational: true);
        return new OracleType(kind, Size: chars ? Math.Min(length * 4, LongestVarchar) : length, Chars: length, InChars: chars);
    }

    private List<int> Arguments()
    {
        if (!Accept("(")) return [];
        var values = List(Integer);
        Expect(")");
        return values;
    }

    private CreateIndexStatement CreateIndex(bool unique)
    {
        Expect("INDEX");
        var name = Table(alias: false).Name;
        Expect("ON");
        var table = Table(alias: false);
        Expect("(");
        var columns = List(() =>
        {
            var column = Name().Text;
            if (Current.Is("(")) throw OracleError.Unsupported("function-based indexes", Current.Start);
            if (!Accept("DESC")) Accept("ASC");
            return column;
        });
        Expect(")");
        TableOptions();
        return new CreateIndexStatement(name, table.Name, table.Start, unique, columns);
    }

    private Statement Drop()
    {
        if (Accept("INDEX"))
        {
            var index = Table(alias: false);
            return new DropIndexStatement(index.Name, index.Start);
        }
        if (!Accept("TABLE")) throw OracleError.Unsupported($"DROP {Current.Text}", Current.Start);
        var ifExists = Accept("IF");
        if (ifExists) Expect("EXISTS");
        var table = Table(alias: false);
        if (Accept("CASCADE")) Expect("CONSTRAINTS");
        Accept("PURGE");
        return new DropTableStatement(table.Name, table.Start, ifExists);
    }

    private TruncateStatement Truncate()
    {
        Expect("TABLE");
        var table = Table(alias: false);
        TableOptions();
        return new TruncateStatement(table.Name, table.Start);
    }

    private Statement Alter()
    {
        if (Accept("SESSION"))
        {
            if (!Accept("SET")) return Ignored(new AlterSessionStatement("", ""));
            var parameter = Advance().Text;
            Accept("=");
            return Ignored(new AlterSessionStatement(parameter, Current.Text));
        }
        if (!Accept("TABLE")) throw OracleError.Unsupported($"ALTER {Current.Text}", Current.Start);
        var table = Table(alias: false);
        var add = new List<ColumnDefinition>();
        var constraints = new List<ConstraintDefinition>();
        var drop = new List<string>();
        var dropConstraints = new List<string>();
        if (Accept("ADD"))
        {
            var list = !AtConstraint() && Accept("(");
            do TableElement(add, constraints);
            while (list && Accept(","));
            if (list) Expect(")");
        }
        else if (Accept("DROP"))
        {
            if (Accept("CONSTRAINT")) dropConstraints.Add(Name().Text);
            else if (Accept("COLUMN")) drop.Add(Name().Text);
            else if (Accept("(")) { drop.AddRange(List(() => Name().Text)); Expect(")"); }
            else throw OracleError.Unsupported($"ALTER TABLE DROP {Current.Text}", Current.Start);
        }
        else
        {
            throw OracleError.Unsupported($"ALTER TABLE {Current.Text}", Current.Start);
        }
        return new AlterTableStatement(table.Name, table.Start, add, constraints, drop, dropConstraints);
    }
}
