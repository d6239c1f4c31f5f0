namespace KafkaOracle.Reactive.Tests.Operators;

/// <summary>An element of the tests: when it comes, whose it is, which time it brings, and a name to know it by.</summary>
internal readonly record struct Item(long Comes, string Key, long At, int Id);

/// <summary>Windows computed from the list of all elements, step by step and from scratch at each: the reference for the operators.</summary>
internal static class NaiveWindows
{
    /// <summary>All results of windows that are the same for all keys, with the time of each.</summary>
    public static List<(long Time, KeyedWindow<string, string> Window)> Aligned(
        IReadOnlyList<Item> items, Func<long, IEnumerable<(long Start, long End)>> windowsOf, long every, long grace, bool revises, long until)
    {
        var all = items.SelectMany(i => windowsOf(i.At)).Distinct().OrderBy(w => w.End).ThenBy(w => w.Start).ToList();
        var results = new List<(long, KeyedWindow<string, string>)>();
        var emitted = new Dictionary<(string Key, long Start), (int Revisions, string Value)>();
        IEnumerable<Item> Accepted((long Start, long End) w, long before) => items.Where(i => windowsOf(i.At).Contains(w) && i.Comes < Math.Min(before, w.End + grace));

        void Emit(long time, (long Start, long End) w, long before, string? onlyKey = null)
        {
            foreach (var key in Accepted(w, before).GroupBy(i => i.Key).Where(k => onlyKey is null || k.Key == onlyKey))
            {
                var value = string.Join(",", key.Select(i => i.Id));
                var last = emitted.GetValueOrDefault((key.Key, w.Start));
                if (value == last.Value) continue;
                results.Add((time, Result(key.Key, w.Start, w.End, value, last.Revisions)));
                emitted[(key.Key, w.Start)] = (last.Revisions + 1, value);
            }
        }

        for (var time = 0L; time <= until; time++)
        {
            foreach (var w in all)
            {
                var ends = w.End == time && revises;
                var isOver = w.End + grace == time;
                var ticks = every > 0 && time % every == 0 && w.End + grace >= time;
                if (ends || isOver || ticks) Emit(time, w, time);
            }
            for (var i = 0; i < items.Count && revises && every == 0; i++)
                if (items[i].Comes == time)
                    foreach (var w in windowsOf(items[i].At).Where(w => w.End <= time && time < w.End + grace).OrderBy(w => w.Start)) EmitOne(time, w, i);
        }
        return results;

        void EmitOne(long time, (long Start, long End) w, int upTo)
        {
            var key = items[upTo].Key;
            var value = string.Join(",", items.Take(upTo + 1).Where(i => i.Key == key && windowsOf(i.At).Contains(w) && i.Comes < w.End + grace).Select(i => i.Id));
            var last = emitted.GetValueOrDefault((key, w.Start));
            results.Add((time, Result(key, w.Start, w.End, value, last.Revisions)));
            emitted[(key, w.Start)] = (last.Revisions + 1, value);
        }
    }

    public static IEnumerable<(long Start, long End)> Hopping(long at, long size, long hop, long offset)
    {
        var start = at - offset - ((((at - offset) % hop) + hop) % hop) + offset;
        for (; start + size > at; start -= hop) yield return (start, start + size);
    }

    /// <summary>Sessions of elements in order of time.</summary>
    public static List<(long Time, KeyedWindow<string, string> Window)> Sessions(IReadOnlyList<Item> items, long gap, long limit)
    {
        var sessions = new List<(string Key, List<Item> Items)>();
        foreach (var item in items)
        {
            var last = sessions.FindLastIndex(s => s.Key == item.Key);
            if (last >= 0 && item.At < sessions[last].Items[^1].At + gap && item.At < sessions[last].Items[0].At + limit) sessions[last].Items.Add(item);
            else sessions.Add((item.Key, [item]));
        }
        return [.. sessions.Select(s => (Start: s.Items[0].At, End: Math.Min(s.Items[^1].At + gap, s.Items[0].At + limit), s.Key, s.Items))
            .OrderBy(s => s.End).ThenBy(s => s.Start).Select(s => (s.End, Result(s.Key, s.Start, s.End, string.Join(",", s.Items.Select(i => i.Id)), 0)))];
    }

    /// <summary>One line a result, for messages that can be read.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<(long Time, KeyedWindow<string, string> Window)> results)
        => results.Select(r => $"{r.Time}: {r.Window.Key} {r.Window.Start.Ticks}-{r.Window.End.Ticks} = {r.Window.Value} rev {r.Window.Revision}");

    public static KeyedWindow<string, string> Result(string key, long start, long end, string value, int revision = 0)
        => new(key, new(Math.Max(0, start), TimeSpan.Zero), new(end, TimeSpan.Zero), value, revision);
}
