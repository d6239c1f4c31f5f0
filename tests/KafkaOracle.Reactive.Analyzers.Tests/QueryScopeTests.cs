namespace KafkaOracle.Reactive.Analyzers.Tests;

public sealed class QueryScopeTests
{
    [Fact]
    public Task Code_that_no_query_reaches_may_do_as_it_likes()
        => Snippet.File("""
            static class Job
            {
                static readonly Guid Id = Guid.NewGuid();

                public static Pipeline Define(ITable<object> rows, Decoder<string> decoder)
                {
                    var started = DateTime.UtcNow;
                    Task.Run(() => Console.WriteLine(Random.Shared.Next()));
                    Observable.Interval(TimeSpan.FromSeconds(1)).ObserveOn(Scheduler.Default).Subscribe(async n => await Task.Delay(1));
                    return Pipeline.Define("job", lane => lane.Into(rows, lane.Topic("topic", decoder)), new() { TimeProvider = TimeProvider.System });
                }
            }
            """).ShouldBeFoundAsync();

    [Fact]
    public Task Methods_local_functions_and_lambdas_that_take_a_lane_are_part_of_a_query()
        => Snippet.File("""
            static class Job
            {
                public static Pipeline One(ITable<object> rows, Decoder<string> decoder)
                {
                    return Pipeline.Define("one", Query);

                    void Query(Lane l) => lane2(l, rows, decoder);
                    static void lane2(Lane l, ITable<object> rows, Decoder<string> decoder) => l.Into(rows, Read(l, decoder).Select(r => (object){|KOR0003:DateTime.UtcNow|}));
                }

                static IObservable<Record<string>> Read(Lane lane, Decoder<string> decoder) => lane.Topic("topic", decoder).{|KOR0002:Throttle|}(TimeSpan.FromSeconds(1));

                static readonly Action<Lane> Kept = lane => {|KOR0003:DateTimeOffset.UtcNow|}.ToString();

                static void ByMethodGroup(Lane lane) => Guid.{|KOR0004:NewGuid|}();

                public static Pipeline Two() => Pipeline.Define("two", ByMethodGroup);
            }
            """).ShouldBeFoundAsync();

    [Fact]
    public Task What_a_query_calls_is_followed_through_methods_constructors_properties_and_fields()
        => Snippet.File("""
            sealed class Row
            {
                public Row(string text) => Id = Guid.{|KOR0004:NewGuid|}();
                public Guid Id { get; }
                public static Row From(Record<string> record) => Stamped(record.Value);
                static Row Stamped(string text) => new(text + {|KOR0003:DateTime.UtcNow|} + Age);
                static long Age => {|KOR0003:Environment.TickCount64|};
                static readonly Func<string, bool> Lucky = _ => {|KOR0004:Random.Shared|}.Next(2) == 0;
                public static bool IsGood(string text) => Lucky(text);
                public static DateTime NeverUsed() => DateTime.UtcNow;
                public override int GetHashCode() => HashCode.Combine(Id);
            }

            static class Extensions
            {
                public static IObservable<T> Slowly<T>(this IObservable<T> source) => source.{|KOR0002:Delay|}(TimeSpan.FromSeconds(1));
            }

            static class Job
            {
                public static Pipeline Define(ITable<Row> rows, Decoder<string> decoder)
                {
                    var outside = NotOfTheQuery();
                    return Pipeline.Define("job", lane => lane.Into(rows, lane.Topic("topic", decoder).Where(r => Row.IsGood(r.Value)).Slowly().Where(OfTheQuery).Select(Row.From)));

                    static DateTime NotOfTheQuery() => DateTime.UtcNow;
                    static bool OfTheQuery(Record<string> record) => record.At < {|KOR0003:DateTimeOffset.UtcNow|};
                }
            }
            """).ShouldBeFoundAsync();

    [Fact]
    public Task Without_the_toolkit_nothing_is_a_query()
        => Snippet.File("""
            sealed class Lane { }

            static class Job
            {
                static void Query(Lane lane) => Console.WriteLine(DateTime.UtcNow);
            }
            """).ShouldBeFoundAsync();
}
