using System.Reactive.Linq;
using KafkaOracle.Reactive.Tests.Lanes;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests.Pipelines;

public sealed class FailingLoggerTests : IAsyncDisposable
{
    private readonly RunRig _rig = new(partitions: 2);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(Reactive.Lanes.Single)]
    [InlineData(Reactive.Lanes.PerPartition)]
    public async Task A_log_that_cannot_be_written_stops_no_run(Reactive.Lanes lanes)
    {
        var logger = new FullDisk();
        _rig.Options.Lanes = lanes;
        _rig.Send(0, "a@10", "poison@20", "b@30", "no beat");
        _rig.Send(1, "c@15");
        var pipeline = _rig.Define(lane => lane.Into(Queries.Rows, lane.Beats()
            .Select(b => b.Value.Name == "poison" ? throw new InvalidOperationException("poison") : b.Value.ToString())));
        await using var run = pipeline.Start(_rig.Log, _rig.Store, logger, TestContext.Current.CancellationToken);
        await _rig.ReadAsync();
        await Soon.Until(() =>
        {
            _rig.Time.Advance(_rig.Options.IdleAfter);          // again where the lane has begun anew
            return run.Status.Watermark == Beat.Origin.AddSeconds(lanes == Reactive.Lanes.Single ? 30 : 15) && _rig.Store.Rejects.Count == 2;
        });
        await Soon.Within(run.DrainAsync());

        _rig.Rows.Should().Contain("a@10");
        _rig.Store.Rejects.Select(r => r.Kind).Should().BeEquivalentTo([RejectKind.Failed, RejectKind.Undecodable]);
        logger.Lines.Should().BeGreaterThan(2);
    }

    private sealed class FullDisk : ILogger
    {
        private int _lines;

        public int Lines => _lines;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _lines);
            throw new IOException("No space left on device");
        }
    }
}
