using System.Text;
using KafkaOracle.Reactive.Embedded.OracleSql;

namespace KafkaOracle.Reactive.Embedded.OracleStorage;

/// <summary>
/// The rows above a row, of hierarchies and recursive queries: each row is a node with a parent and a key. A key that no row had before
/// cannot close a circle, so only repeated ones are looked for among the rows above.
/// </summary>
internal sealed class TreeFunctions
{
    private const int MostNodes = 20_000_000;
    private const int LongestVarchar = 4000;
    private readonly List<(int Parent, int Key)> _nodes = [];
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);

    private TreeFunctions()
    {
    }

    /// <returns>What forgets the nodes of the statements before.</returns>
    public static Action Define(FunctionSet functions)
    {
        var trees = new TreeFunctions();
        functions.Define("o_node", -1, trees.Node, deterministic: false);
        functions.Define("o_is_new", -1, a => trees._keys.GetValueOrDefault(Key(a, 1), -1) is var key && (key < 0 || !trees.IsAbove(a.Integer(0), key)), deterministic: false);
        functions.Define("o_path", 3, Path);
        return trees.Clear;
    }

    private void Clear()
    {
        _nodes.Clear();
        _keys.Clear();
    }

    /// <summary>o_node(node above, error, key ..): a new node; the error is for a key that a node above has, 0 for none.</summary>
    private object Node(FunctionSet.Arguments a)
    {
        if (_nodes.Count >= MostNodes) throw new OracleError(30009, "Not enough memory for CONNECT BY operation");
        var text = Key(a, 2);
        var isKnown = _keys.TryGetValue(text, out var key);
        if (!isKnown) _keys.Add(text, key = _keys.Count);
        var parent = a.IsNull(0) ? -1 : a.Integer(0);
        if (isKnown && a.Integer(1) is var error and not 0 && IsAbove(parent, key))
            throw error == 1436 ? new OracleError(1436, "CONNECT BY loop in user data") : new OracleError(error, "cycle detected while executing recursive WITH query");
        _nodes.Add((parent, key));
        return _nodes.Count - 1;
    }

    private bool IsAbove(int node, int key)
    {
        for (; node >= 0; node = _nodes[node].Parent) if (_nodes[node].Key == key) return true;
        return false;
    }

    private static string Key(FunctionSet.Arguments a, int from)
    {
        var key = new StringBuilder();
        for (var i = from; i < a.Count; i++)
        {
            if (a.IsNull(i)) key.Append('n');
            else key.Append('v').Append(a.Bytes(i).Length).Append(':').Append(Encoding.Latin1.GetString(a.Bytes(i)));
        }
        return key.ToString();
    }

    /// <summary>SYS_CONNECT_BY_PATH: the path above, separator, value.</summary>
    private static object? Path(FunctionSet.Arguments a)
    {
        var (path, separator, value) = (a.OptionalText(0), a.OptionalText(1) ?? "", a.OptionalText(2) ?? "");
        if (separator.Length > 0 && value.Contains(separator, StringComparison.Ordinal)) throw new OracleError(30004, "when using SYS_CONNECT_BY_PATH function, cannot have separator as part of column value");
        var longer = path + separator + value;
        return Encoding.UTF8.GetByteCount(longer) <= LongestVarchar ? longer : throw new OracleError(1489, "result of string concatenation is too long");
    }
}
