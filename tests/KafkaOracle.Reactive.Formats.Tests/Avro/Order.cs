using Avro;
using Avro.Specific;

namespace KafkaOracle.Reactive.Tests.Avro;

/// <summary>A record as Avro's compiler makes one.</summary>
public sealed class Order : ISpecificRecord
{
    public const string Text = """
        {"type":"record","name":"Order","namespace":"KafkaOracle.Reactive.Tests.Avro","fields":[
          {"name":"id","type":"string"},
          {"name":"price","type":"double"},
          {"name":"country","type":"string","default":"XX"}]}
        """;

    /// <summary>The same record before it had a country.</summary>
    public const string OldText = """
        {"type":"record","name":"Order","namespace":"KafkaOracle.Reactive.Tests.Avro","fields":[
          {"name":"price","type":"double"},
          {"name":"id","type":"string"},
          {"name":"note","type":["null","string"]}]}
        """;

    public Schema Schema { get; } = Schema.Parse(Text);

    public string Id { get; set; } = "";

    public double Price { get; set; }

    public string Country { get; set; } = "";

    public object Get(int fieldPos) => fieldPos switch
    {
        0 => Id,
        1 => Price,
        2 => Country,
        _ => throw new AvroRuntimeException($"There is no field {fieldPos}."),
    };

    public void Put(int fieldPos, object fieldValue)
    {
        if (fieldPos == 0) Id = (string)fieldValue;
        else if (fieldPos == 1) Price = (double)fieldValue;
        else Country = (string)fieldValue;
    }
}
