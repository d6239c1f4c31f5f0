using CsCheck;

namespace KafkaOracle.Reactive.Tests.Aggregation;

public sealed class AggregatesTests
{
    private static readonly Gen<int[]> Lists = Gen.Int[-50, 50].Array[0, 40];

    [Fact]
    public void Each_agrees_with_its_meaning_over_a_list()
        => Lists.Sample(list =>
        {
            Of(Aggregates.Count<int>(), list).Should().Be(list.Length);
            Of(Aggregates.Sum((int x) => x), list).Should().Be(list.Sum());
            Of(Aggregates.Sum((int x) => x / 4m), list).Should().Be(list.Sum(x => x / 4m));
            Of(Aggregates.Average((int x) => (long)x), list).Should().Be(list.Length == 0 ? null : list.Average());
            Of(Aggregates.Average((int x) => x / 4m), list).Should().Be(list.Length == 0 ? null : list.Average(x => x / 4m));
            Of(Aggregates.Min((int x) => (int?)x), list).Should().Be(list.Length == 0 ? null : list.Min());
            Of(Aggregates.Max((int x) => (int?)x), list).Should().Be(list.Length == 0 ? null : list.Max());
            Of(Aggregates.First((int x) => (int?)x), list).Should().Be(list.Length == 0 ? null : list[0]);
            Of(Aggregates.Last((int x) => (int?)x), list).Should().Be(list.Length == 0 ? null : list[^1]);
            Of(Aggregates.DistinctCount((int x) => x), list).Should().Be(list.Distinct().Count());
            Of(Aggregates.Collect<int>(), list).Should().Equal(list);
            Of(Aggregates.TopK(5, (int x) => Math.Abs(x)), list).Should().Equal(list.OrderByDescending(Math.Abs).Take(5), "OrderByDescending is stable");
            Of(Aggregates.Count<int>().Where(x => x > 0).Select(n => -n), list).Should().Be(-list.Count(x => x > 0));
            Of(Aggregates.Combine(Aggregates.Count<int>(), Aggregates.Sum((int x) => x), Aggregates.Max((int x) => x), Aggregates.Min((int x) => x), (a, b, c, d) => (a, b, c, d)), list)
                .Should().Be((list.Length, list.Sum(), list.DefaultIfEmpty().Max(), list.DefaultIfEmpty().Min()));
            Near(Of(Aggregates.PopulationVariance((int x) => x), list), list.Length == 0 ? null : list.Average(x => Math.Pow(x - list.Average(), 2)));
            Near(Of(Aggregates.SampleVariance((int x) => x), list), list.Length < 2 ? null : list.Sum(x => Math.Pow(x - list.Average(), 2)) / (list.Length - 1));
        }, iter: 500);

    [Fact]
    public void Merging_two_stretches_gives_what_one_over_both_does()
        => Gen.Select(Lists, Lists).Sample((one, two) =>
        {
            Merges(Aggregates.Count<int>(), one, two);
            Merges(Aggregates.Sum((int x) => x / 4m), one, two);
            Merges(Aggregates.Average((int x) => (long)x), one, two);
            Merges(Aggregates.Min((int x) => (int?)x), one, two);
            Merges(Aggregates.First((int x) => (int?)x), one, two);
            Merges(Aggregates.Last((int x) => (int?)x), one, two);
            Merges(Aggregates.DistinctCount((int x) => x), one, two);
            Merges(Aggregates.Collect<int>().Select(l => string.Join(",", l)), one, two);
            Merges(Aggregates.TopK(5, (int x) => Math.Abs(x)).Select(l => string.Join(",", l)), one, two);
            Merges(Aggregates.Fold(0, (int sum, int x) => sum + x, (a, b) => a + b), one, two);
            Merges(Aggregates.DistinctEstimate((int x) => x, 4), one, two);
            Merges(Aggregates.Combine(Aggregates.Max((int x) => x), Aggregates.Count<int>().Where(x => x > 3), (a, b) => (a, b)), one, two);
            Near(Merged(Aggregates.SampleVariance((int x) => x), one, two), Of(Aggregates.SampleVariance((int x) => x), [.. one, .. two]));
        }, iter: 500);

    [Fact]
    public void A_sum_of_whole_numbers_that_overflows_throws()
        => FluentActions.Invoking(() => Of(Aggregates.Sum((long x) => x), [long.MaxValue, 1])).Should().Throw<OverflowException>();

    [Fact]
    public void Nulls_are_no_values_for_extremes_and_distinct_counts()
    {
        string?[] texts = [null, "b", null, "a", "b"];
        Of(Aggregates.Min((string? x) => x), texts).Should().Be("a");
        Of(Aggregates.DistinctCount((string? x) => x), texts).Should().Be(2);
        Of(Aggregates.DistinctEstimate((string? x) => x), texts).Should().Be(2);
        Of(Aggregates.First((string? x) => x), texts).Should().BeNull("the first element's value is null");
    }

    [Fact]
    public void Texts_are_compared_by_their_codes()
    {
        string[] texts = ["ä", "b", "Z", "a"];
        Of(Aggregates.Min((string x) => x), texts).Should().Be("Z");
        Of(Aggregates.Max((string x) => x), texts).Should().Be("ä");
        Of(Aggregates.TopK(2, (string x) => x), texts).Should().Equal("ä", "b");
    }

    [Fact]
    public void The_variance_keeps_its_digits_where_the_mean_is_large()
        => Of(Aggregates.SampleVariance((double x) => x), [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).Should().Be(30);

    [Theory]
    [InlineData(500)]
    [InlineData(5_000)]
    [InlineData(200_000)]
    public void The_estimate_is_within_five_standard_errors_and_exact_for_few(int distinct)
    {
        var numbers = Enumerable.Range(0, distinct * 2).Select(i => i % distinct).ToArray();
        var error = distinct <= 500 ? 0 : 5 * 0.0081 * distinct;
        Of(Aggregates.DistinctEstimate((int x) => x), numbers).Should().BeCloseTo(distinct, (ulong)error);
        Of(Aggregates.DistinctEstimate((int x) => $"user {x}"), numbers).Should().BeCloseTo(distinct, (ulong)error);
    }

    [Fact]
    public void The_estimate_is_the_same_in_every_process()
        => Of(Aggregates.DistinctEstimate((int x) => $"user {x}"), [.. Enumerable.Range(0, 100_000)]).Should().Be(98_814);

    [Fact]
    public void Refuses_parameters_out_of_their_ranges()
    {
        FluentActions.Invoking(() => Aggregates.TopK(0, (int x) => x)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count");
        FluentActions.Invoking(() => Aggregates.DistinctEstimate((int x) => x, 3)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("precision");
    }

    private static TResult Of<T, TResult>(Aggregate<T, TResult> aggregate, T[] list) => aggregate.Use(new Run<T, TResult>(list, []));

    private static TResult Merged<T, TResult>(Aggregate<T, TResult> aggregate, T[] one, T[] two) => aggregate.Use(new Run<T, TResult>(one, two));

    private static void Merges<T, TResult>(Aggregate<T, TResult> aggregate, T[] one, T[] two) => Merged(aggregate, one, two).Should().Be(Of(aggregate, [.. one, .. two]));

    private static void Near(double? actual, double? expected)
    {
        if (expected is null) actual.Should().BeNull();
        else actual.Should().BeApproximately(expected.Value, 1e-9 * Math.Max(1, expected.Value));
    }

    private sealed class Run<T, TResult>(T[] one, T[] two) : IAggregateUse<T, TResult, TResult>
    {
        public TResult With<TState>(Aggregate<T, TState, TResult> aggregate)
        {
            var (state, later) = (aggregate.Seed(), aggregate.Seed());
            foreach (var element in one) aggregate.Add(ref state, element);
            foreach (var element in two) aggregate.Add(ref later, element);
            if (two.Length > 0) aggregate.Merge(ref state, later);
            return aggregate.Result(state);
        }
    }
}
