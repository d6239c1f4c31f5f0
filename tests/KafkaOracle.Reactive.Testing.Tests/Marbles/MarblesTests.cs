using System.Reactive;
using System.Reactive.Linq;
using CsCheck;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Testing.Tests;

public sealed class MarblesTests
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reads_elements_groups_and_ends()
    {
        Marbles.Ticks.Parse("a@1 (b c)@4 d@+2 |@10").AssertEqual(OnNext(1, "a"), OnNext(4, "b"), OnNext(4, "c"), OnNext(6, "d"), OnCompleted<string>(10));
        Marbles.Ticks.Parse(" b@9   a@3\n|").AssertEqual(OnNext(9, "b"), OnNext(3, "a"), OnCompleted<string>(3));
        Marbles.Ticks.Parse("").Should().BeEmpty();
        Marbles.Ticks.Parse("|").AssertEqual(OnCompleted<string>(0));
        Marbles.Ticks.Parse("1@5 -2@6", int.Parse).AssertEqual(OnNext(5, 1), OnNext(6, -2));
    }

    [Fact]
    public void Quoted_values_may_hold_anything()
        => Marbles.Ticks.Parse("""  "a b@(|#"@1 ("" "say \"x\" \\")@2 """).AssertEqual(OnNext(1, "a b@(|#"), OnNext(2, ""), OnNext(2, "say \"x\" \\"));

    [Fact]
    public void Counts_in_its_unit_from_its_origin()
    {
        var seconds = new Marbles(TimeSpan.FromSeconds(1), Noon);

        seconds.Parse("a@1.5 b@2m c@250ms d@+1h e@-3 f@7t g@1d h@2s").Select(m => new DateTimeOffset(m.Time, TimeSpan.Zero) - Noon).Should().Equal(
            TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(250), TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(250),
            TimeSpan.FromSeconds(-3), TimeSpan.FromTicks(7), TimeSpan.FromDays(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_failure_equals_each_with_its_message_and_without_one_every_failure()
    {
        var scheduler = new TestScheduler();
        var output = scheduler.Start(() => scheduler.CreateHotObservable(Marbles.Ticks.Parse("a@210 b@220 |@230")).Select(x => x == "b" ? throw new InvalidOperationException("no b") : x));

        output.Messages.AssertEqual(Marbles.Ticks.Parse("a@210 #\"no b\"@220"));
        output.Messages.AssertEqual(Marbles.Ticks.Parse("a@210 #@220"));
        output.Messages.Invoking(m => m.AssertEqual(Marbles.Ticks.Parse("a@210 #other@220"))).Should().Throw<ReactiveAssertException>();
        Marbles.Ticks.Print(output.Messages).Should().Be("a@210 #\"no b\"@220");
    }

    [Fact]
    public void Drives_observables_hot_and_cold()
    {
        var scheduler = new TestScheduler();
        var hot = scheduler.CreateHotObservable(Marbles.Ticks.Parse("a@150 b@210 c@240 |@300"));
        var cold = scheduler.CreateColdObservable(Marbles.Ticks.Parse("x@10 |@20"));

        Marbles.Ticks.Print(scheduler.Start(() => hot.Merge(cold)).Messages).Should().Be("(b x)@210 c@240 |@300");
    }

    [Theory]
    [InlineData("a", "an '@' with the time is missing", 1)]
    [InlineData("a@", "'' is no time", 2)]
    [InlineData("a@x", "'x' is no time", 2)]
    [InlineData("a@1y", "'1y' is no time", 2)]
    [InlineData("a@0.5", "'0.5' is no time, or one between two ticks", 2)]
    [InlineData("a@99999999999999999999", "is no time", 2)]
    [InlineData("(a b@1", "'@' begins no value", 4)]
    [InlineData("(a b", "a ')' is missing", 4)]
    [InlineData("()@1", "the group is empty", 1)]
    [InlineData("a@1 )", "')' begins no value", 4)]
    [InlineData("\"a", "a quotation mark is missing", 2)]
    [InlineData("\"a\\", "a quotation mark is missing", 3)]
    [InlineData("| a@1", "nothing may follow the end", 2)]
    [InlineData("|a", "white space is missing", 1)]
    public void Shows_where_a_text_is_no_time_line(string text, string what, int at)
        => FluentActions.Invoking(() => Marbles.Ticks.Parse(text)).Should().Throw<FormatException>()
            .Which.Message.Should().Contain(what).And.EndWith($"\n  {text}\n  {new string(' ', at)}^");

    [Fact]
    public void What_is_printed_reads_back_as_it_was()
        => Gen.Select(
                Gen.Select(Gen.Int[-1000, 1000], Gen.OneOf(Gen.String[Gen.Char["ab(@|# \"\\)\n"], 0, 5], Gen.Const("null"))).Array[0, 12],
                Gen.OneOfConst(1L, 7L, 10_000L, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour * 3), Gen.Int[0, 2], Gen.Int[-50, 50])
            .Sample((items, unit, end, scale) =>
            {
                var marbles = new Marbles(TimeSpan.FromTicks(unit), Noon);
                List<Recorded<Notification<string>>> messages = [.. items.Select(i => OnNext(Noon.Ticks + (i.Item1 * (long)Math.Pow(10, Math.Abs(scale) % 9)), i.Item2))];
                if (end == 1) messages.Add(OnCompleted<string>(Noon.Ticks + scale));
                if (end == 2) messages.Add(OnError<string>(Noon.Ticks + scale, new MarbleException("it (broke)")));

                marbles.Parse(marbles.Print(messages)).AssertEqual(messages);
            });
}
