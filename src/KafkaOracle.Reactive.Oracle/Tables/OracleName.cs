using System.Text;

namespace KafkaOracle.Reactive;

/// <summary>Names of tables, columns and constraints: the only parts of a statement that are not bound.</summary>
internal static class OracleName
{
    /// <summary>Oracle 12.2 and later: 128 bytes.</summary>
    public const int MaxBytes = 128;

    /// <summary>Takes a name as it stands in the data dictionary.</summary>
    /// <exception cref="ArgumentException">It is empty, longer than 128 bytes, or holds a quote or a control character, or what drivers take for a bind or a comment even within quotes.</exception>
    public static string Checked(string name, string what)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, what);
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes) throw new ArgumentException($"'{name}' is longer than the {MaxBytes} bytes that Oracle allows a name.", what);
        if (name.Any(c => c is '"' or '\'' or ':' || char.IsControl(c)) || name.Contains("--", StringComparison.Ordinal) || name.Contains("/*", StringComparison.Ordinal)) throw new ArgumentException($"'{name}' holds characters that no name may have.", what);
        return name;
    }

    /// <summary>Quoted, so that reserved words and lower case mean what they say.</summary>
    public static string Quoted(string name) => $"\"{name}\"";

    /// <summary><c>UnitPrice</c> becomes <c>UNIT_PRICE</c>, <c>CustomerID</c> <c>CUSTOMER_ID</c>, and <c>retail-sales</c> <c>RETAIL_SALES</c>.</summary>
    public static string FromClr(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var begins = i > 0 && char.IsUpper(name[i]) && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsUpper(name[i - 1])));
            if (begins) text.Append('_');
            text.Append(char.IsLetterOrDigit(name[i]) ? char.ToUpperInvariant(name[i]) : '_');
        }
        return text.ToString();
    }
}
