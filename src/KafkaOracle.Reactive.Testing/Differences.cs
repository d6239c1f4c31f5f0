using System.Globalization;
using System.Text;

namespace KafkaOracle.Reactive.Testing;

/// <summary>Two lists beside each other, aligned so that one element too many marks one line and not all that follow.</summary>
internal static class Differences
{
    // The table of the alignment has a cell for each pair of elements that common beginnings and ends leave.
    private const int MostCells = 4_000_000;
    private const int Context = 5;

    public static string Of(IReadOnlyList<string> expected, IReadOnlyList<string> actual, Func<int, int, bool> same)
    {
        var lines = Align(expected.Count, actual.Count, same);
        var width = Math.Min(60, lines.Max(l => Text(expected, l.Expected).Length));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Expected {expected.Count} and saw {actual.Count}; the first difference is [{lines.FindIndex(l => !l.Same)}].\n");
        var hidden = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines.Skip(i - Context).Take((2 * Context) + 1 + Math.Min(0, i - Context)).All(l => l.Same))
            {
                hidden++;
                continue;
            }
            if (hidden > 0) text.Append(CultureInfo.InvariantCulture, $"    ... {hidden} that are the same\n");
            hidden = 0;
            text.Append(lines[i].Same ? "    " : "  ! ");
            text.Append(CultureInfo.InvariantCulture, $"[{i}] expected {Text(expected, lines[i].Expected).PadRight(width)}  saw {Text(actual, lines[i].Actual)}\n");
        }
        if (hidden > 0) text.Append(CultureInfo.InvariantCulture, $"    ... {hidden} that are the same\n");
        return text.ToString();
    }

    private static string Text(IReadOnlyList<string> items, int index) => index < 0 ? "nothing" : items[index];

    private static List<(int Expected, int Actual, bool Same)> Align(int expected, int actual, Func<int, int, bool> same)
    {
        var start = 0;
        while (start < expected && start < actual && same(start, start)) start++;
        var end = 0;
        while (end < expected - start && end < actual - start && same(expected - 1 - end, actual - 1 - end)) end++;

        var lines = new List<(int, int, bool)>();
        for (var i = 0; i < start; i++) lines.Add((i, i, true));
        Between(start, expected - end, actual - end, same, lines);
        for (var i = end; i > 0; i--) lines.Add((expected - i, actual - i, true));
        return lines;
    }

    /// <summary>By the longest common subsequence; elements that differ at one place share a line.</summary>
    private static void Between(int start, int expected, int actual, Func<int, int, bool> same, List<(int, int, bool)> lines)
    {
        int rows = expected - start, columns = actual - start;
        var aligned = (long)rows * columns <= MostCells;
        var common = new int[aligned ? rows + 1 : 0, aligned ? columns + 1 : 0];
        if (aligned)
            for (var i = rows - 1; i >= 0; i--)
                for (var j = columns - 1; j >= 0; j--)
                    common[i, j] = same(start + i, start + j) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        int e = start, a = start;
        while (e < expected || a < actual)
        {
            var (both, isSame) = (e < expected && a < actual, e < expected && a < actual && same(e, a));
            if (isSame) lines.Add((e++, a++, true));
            else if (both && (!aligned || common[e - start + 1, a - start + 1] == common[e - start, a - start])) lines.Add((e++, a++, false));
            else if (a >= actual || (both && common[e - start + 1, a - start] >= common[e - start, a - start + 1])) lines.Add((e++, -1, false));
            else lines.Add((-1, a++, false));
        }
    }
}
