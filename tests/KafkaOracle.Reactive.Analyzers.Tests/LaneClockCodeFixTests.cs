namespace KafkaOracle.Reactive.Analyzers.Tests;

public sealed class LaneClockCodeFixTests
{
    [Fact]
    public Task A_scheduler_becomes_the_lanes_clock() => ShouldBecomeAsync(
        ("records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:Scheduler.Default|})", "records.Delay(TimeSpan.FromSeconds(1), lane.Clock)"),
        ("records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:new EventLoopScheduler()|})", "records.Delay(TimeSpan.FromSeconds(1), lane.Clock)"),
        ("records.Delay(TimeSpan.FromSeconds(1), scheduler: {|KOR0001:Scheduler.CurrentThread|})", "records.Delay(TimeSpan.FromSeconds(1), scheduler: lane.Clock)"),
        ("records.Delay(TimeSpan.FromSeconds(1), /* why */ {|KOR0001:Scheduler.Default|} /* not */)", "records.Delay(TimeSpan.FromSeconds(1), /* why */ lane.Clock /* not */)"),
        ("records.DistinctWithin(TimeSpan.FromSeconds(1), {|KOR0001:Scheduler.Default|})", "records.DistinctWithin(TimeSpan.FromSeconds(1), lane.Clock)"));

    [Fact]
    public Task A_forgotten_scheduler_is_passed() => ShouldBecomeAsync(
        ("records.{|KOR0002:Throttle|}(TimeSpan.FromHours(1))", "records.Throttle(TimeSpan.FromHours(1), lane.Clock)"),
        ("records.{|KOR0002:Timestamp|}().Select(t => (object)t)", "records.Timestamp(lane.Clock).Select(t => (object)t)"),
        ("records.{|KOR0002:Timeout|}(TimeSpan.FromHours(1), records)", "records.Timeout(TimeSpan.FromHours(1), records, lane.Clock)"),
        ("records.{|KOR0002:Window|}(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)).Merge()", "records.Window(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), lane.Clock).Merge()"),
        ("records.{|KOR0002:Buffer|}(TimeSpan.FromHours(1), 10)", "records.Buffer(TimeSpan.FromHours(1), 10, lane.Clock)"),
        ("records.{|KOR0002:TakeLast|}(TimeSpan.FromHours(1))", "records.TakeLast(TimeSpan.FromHours(1), lane.Clock)"),
        ("records.{|KOR0002:Replay|}(TimeSpan.FromHours(1)).RefCount()", "records.Replay(TimeSpan.FromHours(1), lane.Clock).RefCount()"),
        ("records.{|KOR0002:TakeUntil|}(DateTimeOffset.UnixEpoch)", "records.TakeUntil(DateTimeOffset.UnixEpoch, lane.Clock)"),
        ("Observable.{|KOR0002:Timer|}(TimeSpan.FromHours(1), TimeSpan.FromHours(1)).Select(n => (object)n)", "Observable.Timer(TimeSpan.FromHours(1), TimeSpan.FromHours(1), lane.Clock).Select(n => (object)n)"),
        ("Observable.{|KOR0002:Generate|}(0, i => i < 9, i => i + 1, i => (object)i, i => TimeSpan.FromSeconds(i))", "Observable.Generate(0, i => i < 9, i => i + 1, i => (object)i, i => TimeSpan.FromSeconds(i), lane.Clock)"),
        ("records.GroupBy(r => r.Value).SelectMany(g => g.{|KOR0002:Throttle|}(TimeSpan.FromHours(1)).{|KOR0002:Delay|}(TimeSpan.FromHours(1)))", "records.GroupBy(r => r.Value).SelectMany(g => g.Throttle(TimeSpan.FromHours(1), lane.Clock).Delay(TimeSpan.FromHours(1), lane.Clock))"));

    [Fact]
    public Task A_read_of_the_machines_clock_becomes_one_of_the_lanes() => ShouldBecomeAsync(
        ("records.Select(r => (object){|KOR0003:DateTimeOffset.UtcNow|})", "records.Select(r => (object)lane.Clock.Now)"),
        ("records.Select(r => (object){|KOR0003:DateTimeOffset.Now|}.Date)", "records.Select(r => (object)lane.Clock.Now.Date)"),
        ("records.Select(r => (object){|KOR0003:DateTime.UtcNow|}.AddDays(1))", "records.Select(r => (object)lane.Clock.Now.UtcDateTime.AddDays(1))"),
        ("records.Select(r => (object){|KOR0003:System.DateTime.Now|})", "records.Select(r => (object)lane.Clock.Now.UtcDateTime)"),
        ("records.Select(r => (object){|KOR0003:DateTime.Today|})", "records.Select(r => (object)lane.Clock.Now.UtcDateTime.Date)"));

    [Fact]
    public Task What_cannot_mention_the_lane_or_has_another_type_is_left_to_the_author() => ShouldBecomeAsync(
        ("records.Select(static r => (object){|KOR0003:DateTime.UtcNow|})", "records.Select(static r => (object){|KOR0003:DateTime.UtcNow|})"),
        ("records.SelectMany(static r => Observable.{|KOR0002:Timer|}(TimeSpan.FromHours(1))).Select(n => (object)n)", "records.SelectMany(static r => Observable.{|KOR0002:Timer|}(TimeSpan.FromHours(1))).Select(n => (object)n)"),
        ("records.Select(r => (object){|KOR0003:Environment.TickCount|})", "records.Select(r => (object){|KOR0003:Environment.TickCount|})"));

    [Fact]
    public Task The_lane_goes_by_the_name_that_it_has()
        => Snippet.File("""
            static class Job
            {
                static void Query(ITable<object> rows, Decoder<string> decoder, Lane line) => line.Into(rows, line.Topic("topic", decoder).{|KOR0002:Throttle|}(TimeSpan.FromHours(1)));
            }
            """).ShouldBeFixedAsync(Snippet.File("""
            static class Job
            {
                static void Query(ITable<object> rows, Decoder<string> decoder, Lane line) => line.Into(rows, line.Topic("topic", decoder).Throttle(TimeSpan.FromHours(1), line.Clock));
            }
            """));

    [Fact]
    public Task A_scheduler_that_is_no_argument_is_left_to_the_author()
    {
        const string Query = "using var loop = {|KOR0001:new EventLoopScheduler()|}; lane.Into(Job.Rows, records.Delay(TimeSpan.FromHours(1), loop));";
        return Snippet.Queries(Query).ShouldBeFixedAsync(Snippet.Queries(Query));
    }

    private static Task ShouldBecomeAsync(params (string Before, string After)[] cases)
        => Snippet.Queries(cases.Select(c => $"lane.Into(Job.Rows, {c.Before});")).ShouldBeFixedAsync(Snippet.Queries(cases.Select(c => $"lane.Into(Job.Rows, {c.After});")));
}
