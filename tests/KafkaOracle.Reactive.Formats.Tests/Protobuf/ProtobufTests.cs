using CsCheck;
using Google.Protobuf;
using Shop;

namespace KafkaOracle.Reactive.Tests.Protobuf;

public sealed class ProtobufTests
{
    private static readonly byte[] Id = [0, 0, 0, 0, 7];

    private static readonly Order Sale = new() { Id = "a", Price = 1.5, Lines = { new Order.Types.Line { Article = "cup" } } };

    [Fact]
    public void A_bare_message_is_read()
    {
        var decode = Reactive.Protobuf.Of(Order.Parser);

        decode(Of(Sale.ToByteArray())).Should().Be(Sale);
        decode(Of([])).Should().Be(new Order(), "all fields at their defaults are no bytes");
        FluentActions.Invoking(() => decode(Of([0x0A, 200]))).Should().Throw<InvalidProtocolBufferException>();
        FluentActions.Invoking(() => decode(new() { IsTombstone = true })).Should().Throw<FormatException>().WithMessage("*tombstone*");
        decode.OrTombstone()(new() { IsTombstone = true }).Should().BeNull();
    }

    [Fact]
    public void The_wire_format_names_the_place_of_the_type_in_its_file()
    {
        Reactive.Protobuf.InWireFormat(Order.Parser)(Of([.. Id, 0, .. Sale.ToByteArray()])).Should().Be(Sale, "a lone 0 is the first type");
        Reactive.Protobuf.InWireFormat(Order.Parser)(Of([.. Id, 2, 0, .. Sale.ToByteArray()])).Should().Be(Sale);
        Reactive.Protobuf.InWireFormat(Refund.Parser)(Of([.. Id, 2, 2, .. new Refund { Order = "a" }.ToByteArray()])).Order.Should().Be("a");
        Reactive.Protobuf.InWireFormat(Order.Types.Line.Types.Tax.Parser)(Of([.. Id, 6, 0, 0, 0, .. new Order.Types.Line.Types.Tax { Rate = 0.19 }.ToByteArray()])).Rate.Should().Be(0.19);
    }

    [Fact]
    public void A_message_of_another_type_is_refused_unless_the_place_is_not_asked_for()
    {
        byte[] refund = [.. Id, 2, 2, .. new Refund { Order = "a" }.ToByteArray()];

        FluentActions.Invoking(() => Reactive.Protobuf.InWireFormat(Order.Parser)(Of(refund))).Should().Throw<FormatException>()
            .WithMessage("The message is of the type at [1] in the file of schema 7, and shop.Order is at [0].");
        Reactive.Protobuf.InWireFormat(Order.Parser, anyType: true)(Of(refund)).Id.Should().Be("a", "that is what it costs");
    }

    [Theory]
    [InlineData(new byte[] { }, "*ends within*")]
    [InlineData(new byte[] { 0x80 }, "*ends within*")]
    [InlineData(new byte[] { 4, 0 }, "*ends within*")]
    [InlineData(new byte[] { 1 }, "*nested -1 deep*")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x0F }, "*deep*")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "*32 bits*")]
    public void Indexes_that_are_none_are_refused(byte[] indexes, string message)
        => FluentActions.Invoking(() => Reactive.Protobuf.InWireFormat(Order.Parser)(Of([.. Id, .. indexes]))).Should().Throw<FormatException>().WithMessage(message);

    [Fact]
    public void Rubbish_is_refused_or_read_and_never_more_than_that()
        => Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            try
            {
                Reactive.Protobuf.InWireFormat(Order.Parser, anyType: true)(Of([.. Id, .. bytes]));
            }
            catch (Exception fault) when (fault is FormatException or InvalidProtocolBufferException)
            {
                return;
            }
        });

    private static RawMessage Of(byte[] value) => new() { Value = value };
}
