using System.Text;

namespace KafkaOracle.Reactive.Embedded.OracleProtocol;

/// <summary>A column as messages 16 and 8 describe it.</summary>
internal sealed record ColumnDescription
{
    /// <summary>The collation that character types have unless one is declared: USING_NLS_COMP.</summary>
    private const int DefaultCollation = 16382;
    private const int IsText = 0x80;
    private const int CharactersUsed = 0x1000;

    public required string Name { get; init; }
    public required int Type { get; init; }
    public int Precision { get; init; }
    public int Scale { get; init; }
    public int Size { get; init; }

    /// <summary>Of the longest value.</summary>
    public int ValueSize { get; init; }

    /// <summary>0 when the column holds no text.</summary>
    public int Charset { get; init; }
    public bool IsNational { get; init; }
    public int Chars { get; init; }

    /// <summary>Whether the length was declared in characters.</summary>
    public bool IsInChars { get; init; }
    public bool Nullable { get; init; }

    public void Write(TtcWriter writer, int position) => Write(writer, position, Encoding.UTF8.GetByteCount(Name), DefaultCollation);

    /// <summary>For a direct path load there are no name length, position and collation.</summary>
    public void WriteForLoad(TtcWriter writer) => Write(writer, 0, 0, 0);

    private void Write(TtcWriter writer, int position, int nameLength, int collation)
    {
        var isText = Charset != 0;
        var fieldVersion = writer.Dialect.FieldVersion;
        writer.U8(Type).U8(isText ? IsText : 0).U8(Precision);
        if (WireType.HasScale(Type)) writer.Sb1(Scale);
        else writer.U8(0);
        writer.Ub(Size).Ub(0).Ub(IsInChars ? CharactersUsed : 0).Ub(0).Ub(0); // .. array elements, continuation flags, object identifier, version
        writer.Ub(Charset).U8(!isText ? 0 : IsNational ? 2 : 1).Ub(Chars);
        if (fieldVersion >= 8) writer.Ub(isText ? collation : 0);
        writer.U8(Nullable ? 1 : 0).U8(nameLength).Dlc(Name).Dlc("").Dlc(""); // .. schema and name of an object type
        writer.Ub(position).Ub(0);
        if (fieldVersion >= 17) writer.Dlc("").Dlc(""); // schema and name of a domain
        if (fieldVersion >= 20) writer.Ub(0); // annotations
        if (fieldVersion >= 24) writer.Ub(0).U8(0).U8(0); // vector dimensions, format, flags
    }
}
