using System.Reactive.Subjects;
using CsCheck;

namespace KafkaOracle.Reactive.Tests.Quality;

public sealed class CheckTests
{
    private static readonly Rule<string>[] Rules =
    [
        Rule.For<string>("not-empty", s => s.Length > 0, "It is empty."),
        Rule.For<string>("short", s => s.Length < 4),
        Rule.For<string>("lower-case", s => s.All(char.IsLower)),
    ];

    [Fact]
    public void A_record_reports_every_rule_it_breaks_and_is_in_one_part()
    {
        var source = new Subject<Record<string>>();
        var (good, bad) = source.Check(Rules);
        var seen = new List<string>();
        using var g = good.Subscribe(r => seen.Add($"good {r.Value}"));
        using var b = bad.Subscribe(r => seen.Add($"bad {r.Record.Value}: {string.Join(", ", r.Broken.Select(x => x.Name))}"));

        foreach (var value in new[] { "abc", "ABCD", "", null! }) source.OnNext(RecordOf(value));

        seen.Should().Equal("good abc", "bad ABCD: short, lower-case", "bad : not-empty", "bad : not-empty, short, lower-case");
    }

    [Fact]
    public void A_warned_record_is_good_too_and_the_worst_rule_decides()
    {
        var source = new Subject<Record<string>>();
        var parts = source.Check([Rules[0], Rules[1].AsWarning(), Rules[2].AsDrop()]);
        var seen = new List<string>();
        using var g = parts.Good.Subscribe(r => seen.Add($"good {r.Value}"));
        using var b = parts.Bad.Subscribe(r => seen.Add($"bad {r.Record.Value}: {string.Join(", ", r.Broken.Select(x => x.Name))}"));
        using var w = parts.Warned.Subscribe(r => seen.Add($"warned {r.Record.Value}: {string.Join(", ", r.Broken.Select(x => x.Name))}"));

        foreach (var value in new[] { "abc", "abcd", "AB", "ABCD", "", null! }) source.OnNext(RecordOf(value));

        seen.Should().Equal("good abc", "good abcd", "warned abcd: short", "bad : not-empty", "bad : not-empty, short, lower-case");
    }

    [Fact]
    public void A_rule_may_mend_what_breaks_it()
    {
        var source = new Subject<Record<string?>>();
        var parts = source.Check(
        [
            Rule.Required("there", (string? s) => s).AsWarning(_ => "none"),
            Rule.Length("short", (string? s) => s, 0, 3).AsWarning(s => s![..3]),
        ]);
        var seen = new List<string>();
        using var g = parts.Good.Subscribe(r => seen.Add($"good {r.Value}"));
        using var w = parts.Warned.Subscribe(r => seen.Add($"warned {r.Record.Value}: {string.Join(", ", r.Broken.Select(x => x.Name))}"));

        foreach (var value in new[] { "abc", "abcd", null }) source.OnNext(RecordOf(value));

        seen.Should().Equal("good abc", "good abc", "warned abcd: short", "good none", "warned : there");
    }

    [Fact]
    public void Every_record_is_in_exactly_the_part_that_its_rules_say()
        => Gen.Select(Gen.Enum<Severity>().Array[0, 5], Gen.Int[0, 31].Array[0, 20]).Sample((severities, values) =>
        {
            var source = new Subject<Record<int>>();
            var parts = source.Check([.. severities.Select((s, i) => Of(Rule.For<int>($"bit {i}", v => (v & (1 << i)) == 0), s))]);
            List<int> good = [], bad = [], warned = [];
            using var g = parts.Good.Subscribe(r => good.Add(r.Value));
            using var b = parts.Bad.Subscribe(r => bad.Add(Told(r)));
            using var w = parts.Warned.Subscribe(r => warned.Add(Told(r)));

            foreach (var value in values) source.OnNext(RecordOf(value));

            return good.SequenceEqual(values.Where(v => Worst(v) is null or Severity.Warning))
                && bad.SequenceEqual(values.Where(v => Worst(v) == Severity.Error).Select(Mask)) && warned.SequenceEqual(values.Where(v => Worst(v) == Severity.Warning).Select(Mask));

            Severity? Worst(int value) => severities.Where((_, i) => (value & (1 << i)) != 0).Cast<Severity?>().Max();
            int Mask(int value) => value & ((1 << severities.Length) - 1);
            static int Told(BrokenRecord<int> broken) => broken.Broken.Sum(r => 1 << int.Parse(r.Name[4..], null));
            static Rule<int> Of(Rule<int> rule, Severity severity) => severity switch { Severity.Warning => rule.AsWarning(), Severity.Drop => rule.AsDrop(), _ => rule };
        });

    [Fact]
    public void Both_parts_share_one_subscription()
    {
        var subscriptions = 0;
        var subject = new Subject<Record<string>>();
        var source = System.Reactive.Linq.Observable.Create<Record<string>>(o => { subscriptions++; return subject.Subscribe(o); });
        var (good, bad) = source.Check(Rules);
        using var g = good.Subscribe(_ => { });
        using var b = bad.Subscribe(_ => { });

        subscriptions.Should().Be(1);
    }

    [Fact]
    public void Two_rules_of_one_name_are_refused()
        => FluentActions.Invoking(() => new Subject<Record<string>>().Check([Rules[0], Rules[0]])).Should().Throw<ArgumentException>().WithMessage("*not-empty*");

    private static Record<T> RecordOf<T>(T value) => new(new(new("t", 0), 0, 1, default, false, default), 0, value);
}
