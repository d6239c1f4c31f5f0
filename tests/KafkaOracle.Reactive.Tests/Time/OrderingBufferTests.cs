using CsCheck;

namespace KafkaOracle.Reactive.Tests.Time;

public sealed class OrderingBufferTests
{
    private static readonly Gen<Record> AnyRecord =
        from ticks in Gen.OneOf(Gen.Long[0, 40], Gen.Long[0, 5_000_000], Gen.Long[0, 3_000_000_000_000])     // in one instant, in a few buckets, in many
        from partition in Gen.Int[0, 2]
        from offset in Gen.Long[0, 1_000_000]
        select (Record)new Record<int>(new(new("a", partition), partition, offset, default, false, default), ticks, 0);

    [Fact]
    public void Takes_what_a_sorted_list_would()
        => (from records in AnyRecord.Array[0, 300] from marks in Gen.Long[0, 4_000_000_000_000].Array[records.Length] from cuts in Gen.Int[0, 20].Array[records.Length] select (records, marks, cuts)).Sample(input =>
        {
            var (buffer, list) = (new OrderingBuffer(), new List<Record>());
            for (var i = 0; i < input.records.Length; i++)
            {
                buffer.Add(input.records[i]);
                list.Add(input.records[i]);
                if (input.cuts[i] == 0) TakeBefore(input.marks[i] >> (i % 30));
            }
            TakeBefore(long.MaxValue);
            list.Should().BeEmpty();

            void TakeBefore(long mark)
            {
                list.Sort(OrderingBucket.Compare);
                while (true)
                {
                    buffer.Count.Should().Be(list.Count);
                    buffer.First.Should().Be(list.Count == 0 ? long.MaxValue : list[0].Ticks);
                    var taken = buffer.TakeBefore(mark);
                    if (list.Count == 0 || list[0].Ticks >= mark)
                    {
                        taken.Should().BeNull();
                        return;
                    }
                    OrderingBucket.Compare(taken!, list[0]).Should().Be(0);
                    list.RemoveAt(0);
                }
            }
        });
}
