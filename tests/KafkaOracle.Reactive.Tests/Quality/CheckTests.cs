using System.Reactive.Subjects;

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

    private static Record<string> RecordOf(string value) => new(new(new("t", 0), 0, 1, default, false, default), 0, value);
}
