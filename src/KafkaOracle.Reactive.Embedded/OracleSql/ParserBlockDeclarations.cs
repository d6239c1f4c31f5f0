using KafkaOracle.Reactive.Embedded.OraclePlSql;

namespace KafkaOracle.Reactive.Embedded.OracleSql;

/// <summary>Declarations of PL/SQL blocks and the types they name.</summary>
internal sealed partial class Parser
{
    private static readonly OracleType LongestText = new(TypeKind.Text, Size: LongestVarchar, Chars: LongestVarchar);

    private List<Declaration> Declarations()
    {
        var declarations = new List<Declaration>();
        while (!Current.Is("BEGIN"))
        {
            declarations.Add(Declaration());
            Expect(";");
        }
        return declarations;
    }

    private Declaration Declaration()
    {
        var start = Current.Start;
        if (Current.Is("PROCEDURE") || Current.Is("FUNCTION") || Current.Is("TYPE") || Current.Is("SUBTYPE"))
            throw PlSqlError.Unsupported($"{Current.Text} in a PL/SQL block", start);
        if (Accept("PRAGMA")) return Pragma(start);
        if (Current.Is("CURSOR") && Ahead(1).IsName) return CursorOf(start);
        var name = Name().Text;
        if (Accept("EXCEPTION")) return new ExceptionDeclaration(start, name);
        var isConstant = Accept("CONSTANT");
        var type = TypeOf();
        var notNull = Accept("NOT");
        if (notNull) Expect("NULL");
        var initial = Accept(":=") || Accept("DEFAULT") ? ValuePart() : null;
        if ((isConstant || notNull) && initial == null) throw new PlSqlError(isConstant ? $"PLS-00322: declaration of a constant '{name}' must contain an initialization assignment" : $"PLS-00218: a variable declared NOT NULL must have an initialization assignment", start);
        return new VariableDeclaration(start, name, type, isConstant, notNull, initial);
    }

    private ExceptionNumber Pragma(int start)
    {
        if (!Accept("EXCEPTION_INIT")) throw PlSqlError.Unsupported($"PRAGMA {Current.Text}", start);
        Expect("(");
        var name = Name().Text;
        Expect(",");
        Expect("-");
        var code = Integer();
        Expect(")");
        return new ExceptionNumber(start, name, code);
    }

    private CursorDeclaration CursorOf(int start)
    {
        Advance();
        var name = Name().Text;
        var parameters = new List<VariableDeclaration>();
        if (Accept("("))
        {
            parameters = List(() =>
            {
                var (at, parameter) = (Current.Start, Name().Text);
                Accept("IN");
                var type = TypeOf(isParameter: true);
                return new VariableDeclaration(at, parameter, type, false, false, Accept(":=") || Accept("DEFAULT") ? ValuePart() : null);
            });
            Expect(")");
        }
        Expect("IS");
        return new CursorDeclaration(start, name, parameters, PartOf(Query));
    }

    private TypeName TypeOf(bool isParameter = false)
    {
        var start = Current.Start;
        if (Current.Kind == TokenKind.Word)
        {
            switch (Current.Text)
            {
                case "BOOLEAN":
                    Advance();
                    return new TypeName(start, PlSqlType.Boolean, OracleType.Number);
                case "PLS_INTEGER" or "BINARY_INTEGER":
                    Advance();
                    return new TypeName(start, PlSqlType.Integer, new OracleType(TypeKind.Number, 38, 0, 22));
                case "SIMPLE_INTEGER" or "NATURAL" or "NATURALN" or "POSITIVE" or "POSITIVEN" or "SIGNTYPE":
                    throw PlSqlError.Unsupported(Current.Text, start);
                case "SYS_REFCURSOR":
                    Advance();
                    return new TypeName(start, PlSqlType.RefCursor, OracleType.Null);
                case "VARCHAR2" or "VARCHAR" or "STRING" or "CHAR" or "RAW" when isParameter && !Ahead(1).Is("("):
                    return new TypeName(start, PlSqlType.Sql, Advance().Text == "RAW" ? OracleType.Raw with { Size = LongestVarchar } : LongestText);
                case "STRING":
                    Advance();
                    return new TypeName(start, PlSqlType.Sql, TextType(TypeKind.Text, false, start));
                case "CHAR" or "NCHAR" or "CHARACTER" when Ahead(1).Is("("):
                    // A CHAR of a block may be as long as its VARCHAR2.
                    var isNational = Advance().Text == "NCHAR";
                    return new TypeName(start, PlSqlType.Sql, TextType(TypeKind.Text, isNational, start) with { Kind = TypeKind.Char });
                default:
                    break;
            }
        }
        if (Current.IsName && (Ahead(1).Is("%") || (Ahead(1).Is(".") && Ahead(3).Is("%")) || (Ahead(1).Is(".") && Ahead(3).Is(".")))) return Like(start);
        return new TypeName(start, PlSqlType.Sql, DataType());
    }

    /// <summary>[schema.][table.]name%TYPE or name%ROWTYPE.</summary>
    private TypeName Like(int start)
    {
        var names = new List<string> { Name().Text };
        while (Accept(".")) names.Add(Name().Text);
        Expect("%");
        var isRow = Accept("ROWTYPE");
        if (!isRow) Expect("TYPE");
        if (names.Count > 1 && names[0] == _schema && names.Count > (isRow ? 1 : 2)) names.RemoveAt(0);
        if (names.Count > (isRow ? 1 : 2)) throw PlSqlError.Undeclared(names[0], start);
        return new TypeName(start, isRow ? PlSqlType.LikeRow : PlSqlType.LikeColumn, OracleType.Null, names.Count == 2 ? names[0] : null, names[^1]);
    }
}
