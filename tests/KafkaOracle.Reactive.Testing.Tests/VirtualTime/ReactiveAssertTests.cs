using System.Reactive.Linq;
using static KafkaOracle.Reactive.Testing.ReactiveTest;

namespace KafkaOracle.Reactive.Testing.Tests;

public sealed class ReactiveAssertTests
{
    [Fact]
    public void Lists_both_sides_and_marks_what_differs()
    {
        var actual = new[] { OnNext(210, 1), OnNext(221, 2), OnCompleted<int>(230) };

        var failure = actual.Invoking(a => a.AssertEqual(OnNext(210, 1), OnNext(220, 2))).Should().Throw<ReactiveAssertException>();

        failure.Which.Message.Should().Be(
            """
            Expected 2 and saw 3; the first difference is [1].
                [0] expected OnNext(1)@210  saw OnNext(1)@210
              ! [1] expected OnNext(2)@220  saw OnNext(2)@221
              ! [2] expected nothing        saw OnCompleted()@230

            """);
    }

    [Fact]
    public void One_element_too_many_marks_one_line_and_not_all_that_follow()
    {
        var expected = Enumerable.Range(1, 40).Select(i => OnNext(i, i)).ToList();
        var actual = expected.ToList();
        actual.Insert(10, OnNext(10, 77));
        actual.RemoveAt(30);

        var failure = actual.Invoking(a => a.AssertEqual(expected)).Should().Throw<ReactiveAssertException>();

        failure.Which.Message.Should().StartWith("Expected 40 and saw 40; the first difference is [10].\n    ... 5 that are the same\n    [5] expected OnNext(6)@6")
            .And.Contain("  ! [10] expected nothing        saw OnNext(77)@10\n    [11] expected OnNext(11)@11  saw OnNext(11)@11\n")
            .And.Contain("  ! [30] expected OnNext(30)@30  saw nothing\n")
            .And.EndWith("    ... 5 that are the same\n");
        failure.Which.Message.Split('\n').Count(l => l.StartsWith("  !", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public void Lists_subscriptions_too()
    {
        var actual = new[] { Subscribe(200, 300) };

        actual.Invoking(a => a.AssertEqual(Subscribe(200)))
            .Should().Throw<ReactiveAssertException>().WithMessage("*! [0] expected (200, Infinite)  saw (200, 300)*");
    }

    [Fact]
    public void A_missing_end_is_a_difference()
    {
        var actual = new[] { OnNext(1, 'x') };

        actual.Invoking(a => a.AssertEqual(OnNext(1, 'x'), OnCompleted<char>(2)))
            .Should().Throw<ReactiveAssertException>().WithMessage("*expected OnCompleted()@2*saw nothing*");
        actual.Invoking(a => a.AssertEqual()).Should().Throw<ReactiveAssertException>();
    }

    [Fact]
    public void A_predicate_stands_for_every_element_it_accepts()
    {
        var actual = new[] { OnNext(205, 1.0001) };

        actual.AssertEqual(OnNext<double>(205, v => Math.Abs(v - 1) < .1));

        actual.Invoking(a => a.AssertEqual(OnNext<double>(205, v => v > 2))).Should().Throw<ReactiveAssertException>();
        actual.Invoking(a => a.AssertEqual(OnNext<double>(206, v => v > 0))).Should().Throw<ReactiveAssertException>();
        actual.Invoking(a => a.AssertEqual(OnError<double>(205, _ => true))).Should().Throw<ReactiveAssertException>();
    }

    [Fact]
    public void Failures_are_equal_when_they_are_the_same_object_or_a_predicate_says_so()
    {
        var scheduler = new TestScheduler();
        var failure = new InvalidOperationException("x");
        var xs = scheduler.CreateHotObservable(OnError<int>(210, failure));

        var output = scheduler.Start(() => xs);

        output.Messages.AssertEqual(OnError<int>(210, failure));
        output.Messages.AssertEqual(OnError<int>(210, e => e is InvalidOperationException));
        output.Messages.Invoking(m => m.AssertEqual(OnError<int>(210, new InvalidOperationException("x"))))
            .Should().Throw<ReactiveAssertException>();
    }

    [Fact]
    public void A_witness_names_an_anonymous_type()
    {
        var scheduler = new TestScheduler();
        var witness = new { Key = "a", Sum = 3 };
        var xs = scheduler.CreateHotObservable(OnNext(210, 3), OnCompleted<int>(220));

        var output = scheduler.Start(() => xs.Select(x => new { Key = "a", Sum = x }));

        output.Messages.AssertEqual(OnNext(210, witness), OnCompleted(220, witness));
    }

    [Fact]
    public void Observables_are_compared_by_what_they_send()
    {
        Observable.Range(1, 3).AssertEqual(new[] { 1, 2, 3 }.ToObservable());

        Observable.Range(1, 3).Invoking(xs => xs.AssertEqual(Observable.Range(1, 2))).Should().Throw<ReactiveAssertException>();
    }

    [Fact]
    public void Nulls_are_elements_like_others()
    {
        new[] { OnNext<string?>(1, (string?)null) }.AssertEqual(OnNext<string?>(1, (string?)null));
        new string?[] { null }.Invoking(a => a.AssertEqual("x")).Should().Throw<ReactiveAssertException>().WithMessage("*saw null*");
    }
}
