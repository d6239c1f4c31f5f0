using KafkaOracle.Reactive.Embedded.OracleProtocol;

namespace KafkaOracle.Reactive.Embedded.Tests.Wire;

public sealed class RowIdTests
{
    [Fact]
    public void Is_written_as_real_servers_write_it()
    {
        var id = new RowId(44681, 4, 8591, 0);

        id.ToString().Should().Be("AAAK6JAAEAAACGPAAA");
        Convert.ToHexString(new RowId(72731, 24, 31, 2).ToBytes()).Should().Be("0100011C1B00180000001F0002");
    }

    [Theory]
    [InlineData("T", 1)]
    [InlineData("ŻÓŁĆ", 255)]
    [InlineData("SALES", 256)]
    [InlineData("SALES", 1_000_000_000_000)]
    public void Comes_back_from_text_and_bytes(string table, long row)
    {
        var id = RowId.Of(table, row);

        RowId.TryParse(id.ToString(), out var parsed).Should().BeTrue();
        parsed.Should().Be(id);
        RowId.FromBytes(id.ToBytes()).Should().Be(id);
        id.Row.Should().Be(row);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAK6JAAEAAACGPAA")]
    [InlineData("AAAK6JAAEAAACGPAA*")]
    public void Is_not_read_out_of_other_text(string text) => RowId.TryParse(text, out _).Should().BeFalse();
}
