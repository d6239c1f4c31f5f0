namespace KafkaOracle.Reactive.Analyzers.Tests;

/// <summary>Each rule in many queries, those at the end without a finding; compiled together, as that is what takes the time.</summary>
public sealed class QueryAnalyzerTests
{
    [Fact]
    public Task Schedulers_other_than_the_lanes_clock() => Snippet.Queries(
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:Scheduler.Default|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:DefaultScheduler.Instance|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:TaskPoolScheduler.Default|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:NewThreadScheduler.Default|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:ThreadPoolScheduler.Instance|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:new EventLoopScheduler()|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:new TaskPoolScheduler(Task.Factory)|}));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), {|KOR0001:Scheduler.CurrentThread|}));",
        "lane.Into(Job.Rows, records.Timestamp({|KOR0001:ImmediateScheduler.Instance|}).Select(t => (object)t));",
        "IScheduler clock = {|KOR0001:Scheduler.Default|}; lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), clock));",
        "lane.Into(Job.Rows, records.Delay(TimeSpan.FromSeconds(1), lane.Clock));",
        "lane.Into(Job.Rows, Observable.Return(new object(), Scheduler.Immediate).Concat(records));",
        "lane.Into(Job.Rows, new object[0].ToObservable(CurrentThreadScheduler.Instance));",
        "_ = nameof(Scheduler.Default); lane.Into(Job.Rows, records);").ShouldBeFoundAsync();

    [Fact]
    public Task Operators_that_take_time_without_a_scheduler() => Snippet.Queries(
        "lane.Into(Job.Rows, records.{|KOR0002:Window|}(TimeSpan.FromHours(1)).SelectMany(w => w.Count()).Select(n => (object)n));",
        "lane.Into(Job.Rows, records.{|KOR0002:Window|}(TimeSpan.FromHours(1), 10).SelectMany(w => w));",
        "lane.Into(Job.Rows, records.{|KOR0002:Buffer|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Buffer|}(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Throttle|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Delay|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Delay|}(DateTimeOffset.UnixEpoch));",
        "lane.Into(Job.Rows, records.{|KOR0002:DelaySubscription|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Sample|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Timeout|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Timeout|}(DateTimeOffset.UnixEpoch, records));",
        "lane.Into(Job.Rows, records.{|KOR0002:Timestamp|}().Select(t => (object)t));",
        "lane.Into(Job.Rows, records.{|KOR0002:TimeInterval|}().Select(t => (object)t));",
        "lane.Into(Job.Rows, records.{|KOR0002:Take|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:TakeLast|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:Skip|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:SkipLast|}(TimeSpan.FromHours(1)));",
        "lane.Into(Job.Rows, records.{|KOR0002:TakeUntil|}(DateTimeOffset.UnixEpoch));",
        "lane.Into(Job.Rows, records.{|KOR0002:SkipUntil|}(DateTimeOffset.UnixEpoch));",
        "lane.Into(Job.Rows, records.{|KOR0002:Replay|}(TimeSpan.FromHours(1)).RefCount());",
        "lane.Into(Job.Rows, Observable.{|KOR0002:Timer|}(TimeSpan.FromHours(1)).Select(n => (object)n));",
        "lane.Into(Job.Rows, Observable.{|KOR0002:Interval|}(TimeSpan.FromHours(1)).Select(n => (object)n));",
        "lane.Into(Job.Rows, Observable.{|KOR0002:Generate|}(0, i => i < 9, i => i + 1, i => (object)i, i => TimeSpan.FromSeconds(i)));",
        "lane.Into(Job.Rows, from window in records.{|KOR0002:Window|}(TimeSpan.FromHours(1)) from r in window select r);",
        "lane.Into(Job.Rows, records.Window(TimeSpan.FromHours(1), lane.Clock).Merge());",
        "lane.Into(Job.Rows, records.DistinctWithin(r => r.Value, TimeSpan.FromHours(1), lane.Clock));",
        "lane.Into(Job.Rows, records.Buffer(10).Select(b => (object)b));",
        "lane.Into(Job.Rows, records.Select(r => r.At).Scan((a, b) => a < b ? b : a).Select(t => (object)t));",
        "lane.Into(Job.Rows, records.Select(r => TimeSpan.FromDays(r.Value.Length)).StartWith(TimeSpan.Zero).Select(t => (object)t));",
        "lane.Into(Job.Rows, Observable.Generate(0, i => i < 9, i => i + 1, i => (object)i));",
        "lane.Into(Job.Rows, Observable.Generate(0, i => i < 9, i => i + 1, i => TimeSpan.FromSeconds(i)).Select(t => (object)t));").ShouldBeFoundAsync();

    [Fact]
    public Task Reads_of_the_machines_clock() => Snippet.Queries(
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:DateTime.Now|}));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:DateTime.UtcNow|}.AddDays(1)));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:DateTime.Today|}));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:DateTimeOffset.Now|}));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:DateTimeOffset.UtcNow|}));",
        "var watch = {|KOR0003:new Stopwatch()|}; lane.Into(Job.Rows, records);",
        "var watch = Stopwatch.{|KOR0003:StartNew|}(); lane.Into(Job.Rows, records.Select(r => (object)watch.Elapsed));",
        "lane.Into(Job.Rows, records.Select(r => (object)Stopwatch.{|KOR0003:GetTimestamp|}()));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:Environment.TickCount|}));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:Environment.TickCount64|}));",
        "lane.Into(Job.Rows, records.Select(r => (object){|KOR0003:TimeProvider.System|}.GetUtcNow()));",
        "lane.Into(Job.Rows, records.Select(r => (object)lane.Clock.Now));",
        "lane.Into(Job.Rows, records.Select(r => (object)(r.At - DateTimeOffset.UnixEpoch)));",
        "lane.Into(Job.Rows, records.Select(r => (object)DateTime.Parse(r.Value)));",
        "lane.Into(Job.Rows, records.Select(r => (object)nameof(DateTime.UtcNow)));",
        "lane.Into(Job.Rows, records.Select(r => (object)Environment.NewLine));").ShouldBeFoundAsync();

    [Fact]
    public Task Values_that_are_a_matter_of_chance() => Snippet.Queries(
        "var random = {|KOR0004:new Random()|}; lane.Into(Job.Rows, records.Where(r => random.Next(2) == 0));",
        "lane.Into(Job.Rows, records.Where(r => {|KOR0004:Random.Shared|}.Next(2) == 0));",
        "lane.Into(Job.Rows, records.Select(r => (object)Guid.{|KOR0004:NewGuid|}()));",
        "lane.Into(Job.Rows, records.Select(r => (object)Guid.{|KOR0004:CreateVersion7|}()));",
        "Func<Guid> next = {|KOR0004:Guid.NewGuid|}; lane.Into(Job.Rows, records.Select(r => (object)next()));",
        "lane.Into(Job.Rows, records.Select(r => (object)RandomNumberGenerator.{|KOR0004:GetInt32|}(9)));",
        "lane.Into(Job.Rows, records.Select(r => (object)System.IO.Path.{|KOR0004:GetRandomFileName|}()));",
        "lane.Into(Job.Rows, records.Select(r => (object)r.Value.{|KOR0004:GetHashCode|}()));",
        "lane.Into(Job.Rows, records.Select(r => (object)HashCode.{|KOR0004:Combine|}(r.Value, 1)));",
        "var random = new Random(42); lane.Into(Job.Rows, records.Where(r => random.Next(2) == 0));",
        "lane.Into(Job.Rows, records.Select(r => (object)new Guid(SHA256.HashData(r.KeyBytes.Span)[..16])));",
        "lane.Into(Job.Rows, records.Select(r => (object)7.GetHashCode()));").ShouldBeFoundAsync();

    [Fact]
    public Task Work_on_other_threads() => Snippet.Queries(
        "lane.Into(Job.Rows, records.Do(r => Task.{|KOR0005:Run|}(() => { })));",
        "lane.Into(Job.Rows, records.Do(r => Task.Factory.{|KOR0005:StartNew|}(() => { })));",
        "lane.Into(Job.Rows, records.Do(r => {|KOR0005:new Thread(() => { })|}.Start()));",
        "lane.Into(Job.Rows, records.Do(r => ThreadPool.{|KOR0005:QueueUserWorkItem|}(_ => { })));",
        "lane.Into(Job.Rows, records.Do(r => Parallel.{|KOR0005:For|}(0, 2, _ => { })));",
        "lane.Into(Job.Rows, records.Select(r => (object)r.Value.{|KOR0005:AsParallel|}().Count()));",
        "var timer = {|KOR0005:new Timer(_ => { })|}; lane.Into(Job.Rows, records);",
        "lane.Into(Job.Rows, records.{|KOR0005:ObserveOn|}(new SynchronizationContext()));",
        "lane.Into(Job.Rows, records.{|KOR0005:SubscribeOn|}({|KOR0001:Scheduler.Default|}));",
        "lane.Into(Job.Rows, Observable.{|KOR0005:Start|}(() => new object()).Concat(records));",
        "lane.Into(Job.Rows, records.ObserveOn(lane.Clock));",
        "lane.Into(Job.Rows, records.Select(r => (object)Thread.CurrentThread.IsBackground));").ShouldBeFoundAsync();

    [Fact]
    public Task Asynchronous_work() => Snippet.Queries(
        "records.Subscribe({|KOR0006:async|} r => await Task.Yield()); lane.Into(Job.Rows, records);",
        "lane.Into(Job.Rows, records.Do({|KOR0006:async|} delegate { await Task.Yield(); }));",
        "lane.Into(Job.Rows, records.{|KOR0006:SelectMany|}(async r => { await Task.Yield(); return (object)r; }));",
        "lane.Into(Job.Rows, records.{|KOR0006:SelectMany|}(r => Task.FromResult((object)r)));",
        "lane.Into(Job.Rows, records.Select(r => Task.FromResult((object)r)).{|KOR0006:Merge|}());",
        "lane.Into(Job.Rows, records.Select({|KOR0006:async|} r => { await Task.Yield(); return (object)r; }).{|KOR0006:Concat|}());",
        "lane.Into(Job.Rows, records.Select(r => Task.FromResult((object)r)).{|KOR0006:Switch|}());",
        "lane.Into(Job.Rows, Observable.{|KOR0006:FromAsync|}(() => Task.FromResult(new object())).Concat(records));",
        "lane.Into(Job.Rows, Task.FromResult(new object()).{|KOR0006:ToObservable|}().Concat(records));",
        "lane.Into(Job.Rows, records.SelectMany(r => r.Value).Select(c => (object)c));",
        "lane.Into(Job.Rows, records.Select(r => records).Merge());").ShouldBeFoundAsync();

    [Fact]
    public Task An_operator_of_the_toolkit_may_take_an_asynchronous_function_and_time_and_chance_are_found_in_it()
        => Snippet.File("""
            namespace KafkaOracle.Reactive
            {
                static class LookUps
                {
                    public static IObservable<R> LookUp<T, R>(this IObservable<T> source, Func<T, Task<R>> find) => throw new NotImplementedException();
                }
            }

            static class Job
            {
                public static Pipeline Define(ITable<object> rows, Decoder<string> decoder) => Pipeline.Define("job", lane =>
                    lane.Into(rows, lane.Topic("topic", decoder).LookUp(async r =>
                    {
                        await Task.Delay(1);
                        await Task.Run(() => { });
                        return (object){|KOR0003:DateTime.UtcNow|};
                    })));
            }
            """).ShouldBeFoundAsync();
}
