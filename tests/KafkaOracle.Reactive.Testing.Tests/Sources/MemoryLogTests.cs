using System.Text;

namespace KafkaOracle.Reactive.Testing.Tests;

public sealed class MemoryLogTests
{
    private static readonly DateTimeOffset At = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly MemoryLog _log = new(slabMessages: 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hands_partitions_over_in_turns_and_tells_every_end_once()
    {
        _log.CreateTopic("a", 3);
        for (var i = 0; i < 3; i++) _log.Append("a", 0, At, null, $"{i}");
        _log.Append("a", 1, At, "k", "x");
        await using var reader = await OpenAsync(null, null, null);

        Read(reader).Should().Equal("0: 0 1", "1: x end1", "2: end0", "0: 2 end3");
        _log.Append("a", 2, At, null, null);
        Read(reader).Should().Equal("2: tombstone end1");
        Read(reader).Should().BeEmpty();
    }

    [Fact]
    public async Task Knows_where_each_partition_begins_and_ends()
    {
        _log.CreateTopic("a", 3);
        for (var i = 0; i < 3; i++) _log.Append("a", 0, At, null, $"{i}");
        _log.Trim("a", 0, 1);
        _log.Skip("a", 1, 5);
        _log.Append("a", 1, At, null, "x").Should().Be(new Position("a", 1, 5));
        await using var reader = await OpenAsync(null, 6, null);

        reader.Ranges.Should().Equal(new PartitionRange(1, 1, 3), new PartitionRange(0, 6, 6), new PartitionRange(0, 0, 0));
        _log.Messages("a").Select(m => m.Offset).Should().Equal(1, 2);
        _log.End("a", 1).Should().Be(6);
        Read(reader).Should().Equal("0: 1 2 end3", "1: end6", "2: end0");
    }

    [Fact]
    public async Task Offsets_without_messages_are_passed_over()
    {
        _log.CreateTopic("a");
        _log.Skip("a", 0, 2);
        _log.Append("a", 0, At, null, "x");
        _log.Skip("a", 0);
        await using var reader = await OpenAsync([null]);

        Read(reader).Should().Equal("0: x end4");
        _log.Skip("a", 0);
        Read(reader).Should().Equal("0: end5");
    }

    [Fact]
    public async Task A_reader_waits_for_the_next_message_and_ends_with_the_error_after_the_last()
    {
        _log.CreateTopic("a");
        await using var reader = await OpenAsync([null]);
        Read(reader);
        var waiting = reader.Slabs.WaitToReadAsync(Stop);
        waiting.IsCompleted.Should().BeFalse();
        _log.IsReadToEnd.Should().BeTrue();

        _log.Append("a", 0, At, null, "x");
        (await waiting).Should().BeTrue();
        _log.IsReadToEnd.Should().BeFalse();
        _log.Break(new InvalidOperationException("boom"));
        (await reader.Slabs.WaitToReadAsync(Stop)).Should().BeTrue("there is one message left");
        Read(reader).Should().Equal("0: x end1");
        await FluentActions.Awaiting(() => reader.Slabs.WaitToReadAsync(Stop).AsTask()).Should().ThrowAsync<InvalidOperationException>().WithMessage("boom");
    }

    [Fact]
    public async Task A_reader_that_is_disposed_ends()
    {
        _log.CreateTopic("a");
        var reader = await OpenAsync([null]);
        Read(reader);
        var waiting = reader.Slabs.WaitToReadAsync(Stop);

        _log.OpenReaders.Should().Be(1);
        await reader.DisposeAsync();

        (await waiting).Should().BeFalse();
        _log.OpenReaders.Should().Be(0);
        _log.Append("a", 0, At, null, "x");
        reader.Slabs.TryRead(out _).Should().BeFalse();
    }

    [Fact]
    public async Task Messages_that_were_removed_before_they_were_read_are_an_error()
    {
        _log.CreateTopic("a");
        _log.Append("a", 0, At, null, "x");
        _log.Append("a", 0, At, null, "y");
        await using var reader = await OpenAsync([null]);
        _log.Trim("a", 0, 1);

        reader.Slabs.TryRead(out _).Should().BeFalse();
        await FluentActions.Awaiting(() => reader.Slabs.WaitToReadAsync(Stop).AsTask()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*a[0]*offset 0*begins at 1*");
    }

    [Fact]
    public async Task Topics_and_partitions_that_do_not_exist_are_named()
    {
        _log.CreateTopic("a");

        _log.Invoking(l => l.Append("a", 1, At, null, "x")).Should().Throw<InvalidOperationException>().WithMessage("*a[1]*");
        await FluentActions.Awaiting(() => _log.PartitionsAsync(["a", "b"], Stop)).Should().ThrowAsync<InvalidOperationException>().WithMessage("Topic 'b' does not exist*");
    }

    [Fact]
    public async Task What_was_reported_is_kept_by_group()
    {
        _log.CreateTopic("a", 2);
        await using var reader = await _log.OpenAsync("g", [new(new("a", 0), null), new(new("a", 1), null)], Stop);
        reader.Report([7, 9]);

        _log.Reported("g", "a", 1).Should().Be(9);
        _log.Reported("h", "a", 1).Should().BeNull();
    }

    private Task<IMessageReader> OpenAsync(params long?[] starts)
        => _log.OpenAsync("g", [.. starts.Select((s, p) => new PartitionStart(new("a", p), s))], Stop);

    private static List<string> Read(IMessageReader reader)
    {
        var slabs = new List<string>();
        while (reader.Slabs.TryRead(out var slab))
        {
            var text = new StringBuilder();
            foreach (var entry in slab.Entries)
            {
                if (text.Length == 0) text.Append(entry.Partition).Append(':');
                text.Append(' ').Append(entry.IsEnd ? $"end{entry.Offset}" : entry.ValueLength < 0 ? "tombstone" : Encoding.UTF8.GetString(slab.Value(entry)));
            }
            slabs.Add(text.ToString());
            slab.Dispose();
        }
        return slabs;
    }
}
