using System.Reactive.Linq;
using KafkaOracle.Reactive.Testing;

namespace KafkaOracle.Reactive.Tests.Lanes;

public sealed class QueryPlanTests
{
    [Fact]
    public void A_pipeline_tells_its_topics_and_tables_in_the_querys_order()
    {
        var pipeline = Pipeline.Define("both", lane =>
        {
            var (b, a) = (lane.Beats(topic: "b"), lane.Beats(topic: "a"));
            lane.Into(Queries.Others, a.Select(x => x.Value.Name));
            lane.Into(Queries.Rows, b.Select(x => x.Value.Name));
            lane.Into(Queries.Others, b.Select(x => x.Value.Name));
        });

        pipeline.Topics.Should().Equal("b", "a");
        pipeline.Tables.Should().Equal(Queries.Others, Queries.Rows);
    }

    [Fact]
    public void A_query_without_a_topic_is_refused()
        => Defining(lane => lane.Into(Queries.Rows, Observable.Empty<string>())).Should().Throw<InvalidOperationException>().WithMessage("*'plan' reads no topic*lane.Topic*");

    [Fact]
    public void A_query_without_a_table_is_refused()
        => Defining(lane => lane.Beats()).Should().Throw<InvalidOperationException>().WithMessage("*'plan' writes no table*lane.Into*");

    [Fact]
    public void A_topic_named_twice_is_refused()
        => Defining(lane => lane.Into(Queries.Rows, lane.Beats().Merge(lane.Beats()).Select(b => b.Value.Name))).Should().Throw<ArgumentException>().WithMessage("*topic 'a' twice*variable*");

    [Fact]
    public void An_event_time_declared_twice_is_refused()
        => Defining(lane =>
        {
            var topic = lane.Topic("a", Beat.Decoder);
            lane.Into(Queries.Rows, topic.InEventTime(TimeSpan.Zero).Merge(topic.InEventTime(TimeSpan.Zero)).Select(b => b.Value.Name));
        }).Should().Throw<InvalidOperationException>().WithMessage("*event time of topic 'a' twice*");

    [Fact]
    public void Two_tables_of_one_name_are_refused()
        => Defining(lane =>
        {
            var beats = lane.Beats().Select(b => b.Value.Name);
            lane.Into(new MemoryTable<string>("t"), beats);
            lane.Into(new MemoryTable<string>("t"), beats);
        }).Should().Throw<ArgumentException>().WithMessage("*the name 't'*");

    [Fact]
    public void A_negative_lateness_is_refused()
        => Defining(lane => lane.Into(Queries.Rows, lane.Beats(lateness: -1).Select(b => b.Value.Name))).Should().Throw<ArgumentOutOfRangeException>();

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a b")]
    [InlineData("ärger")]
    public void A_name_that_is_none_is_refused(string name)
        => FluentActions.Invoking(() => Pipeline.Define(name, Queries.Copy())).Should().Throw<ArgumentException>().WithMessage($"'{name}' is no name*");

    private static Action Defining(Action<Lane> query) => () => Pipeline.Define("plan", query);
}
