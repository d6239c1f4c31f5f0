namespace KafkaOracle.Reactive.Conformance;

/// <summary>A value bound to a statement, by name; its type is the driver's choice unless it is given.</summary>
public sealed record Bind(string Name, object? Value, OracleDbType? Type = null)
{
    public OracleParameter ToParameter()
    {
        var parameter = new OracleParameter { ParameterName = Name };
        if (Type is { } type) parameter.OracleDbType = type;
        parameter.Value = Value ?? DBNull.Value;
        return parameter;
    }
}
