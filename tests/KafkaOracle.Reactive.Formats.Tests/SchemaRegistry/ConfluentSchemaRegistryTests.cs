using Confluent.SchemaRegistry;

namespace KafkaOracle.Reactive.Tests.SchemaRegistry;

public sealed class ConfluentSchemaRegistryTests : IAsyncLifetime
{
    private RegistryStandIn _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryStandIn.StartAsync();
        _server.Add(1, "money", """{"type":"record","name":"Money","fields":[{"name":"amount","type":"double"}]}""");
        _server.Add(2, "order", """{"type":"record","name":"Order","fields":[{"name":"price","type":"Money"}]}""", references: ("Money", "money", 1));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void A_schema_comes_with_those_it_refers_to()
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url);

        var schema = registry.Find(2);

        schema.Text.Should().Contain("\"Order\"");
        schema.References.Should().ContainSingle().Which.Text.Should().Contain("\"Money\"");
        registry.Find(1).References.Should().BeEmpty();
    }

    [Fact]
    public void A_schema_is_asked_for_once()
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url);
        var parsed = 0;
        var cache = new SchemaCache<string>(registry, schema => $"{++parsed}: {schema.Text}");

        for (var i = 0; i < 5; i++) cache[1].Should().StartWith("1: ");

        _server.Requests.Should().ContainSingle().Which.Should().Be("/schemas/ids/1");
    }

    [Fact]
    public void An_unknown_id_is_no_fault_of_the_messages_unless_told_so()
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url);
        using var rejecting = new ConfluentSchemaRegistry(_server.Url) { RejectsUnknownIds = true };

        FluentActions.Invoking(() => registry.Find(99)).Should().Throw<DecoderUnavailableException>()
            .WithMessage($"The schema registry at {_server.Url} does not know schema 99*RejectsUnknownIds*").Which.IsTransient.Should().BeTrue("it may come yet");
        FluentActions.Invoking(() => rejecting.Find(99)).Should().Throw<FormatException>().WithMessage("*does not know schema 99*");
        _server.Add(99, "late", "\"string\"");
        registry.Find(99).Text.Should().Contain("string");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public void A_registry_that_is_in_trouble_may_recover(int status)
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url) { RejectsUnknownIds = true };
        _server.Status = status;

        FluentActions.Invoking(() => registry.Find(1)).Should().Throw<DecoderUnavailableException>().Which.IsTransient.Should().BeTrue();
        _server.Status = null;
        registry.Find(1).Text.Should().Contain("Money");
    }

    [Theory]
    [InlineData("<html>Please log in to the network</html>")]
    [InlineData("{}")]
    [InlineData("")]
    public void An_answer_that_is_none_is_an_outage(string body)
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url) { RejectsUnknownIds = true };
        _server.Body = body;

        FluentActions.Invoking(() => registry.Find(1)).Should().Throw<DecoderUnavailableException>();
        _server.Body = null;
        registry.Find(1).Text.Should().Contain("Money");
    }

    [Fact]
    public void Refused_access_does_not_pass_by_itself_and_passwords_are_not_told()
    {
        _server.Credentials = "reader:s3cret";
        using var good = new ConfluentSchemaRegistry(new SchemaRegistryConfig { Url = _server.Url, BasicAuthUserInfo = "reader:s3cret" });
        using var bad = new ConfluentSchemaRegistry(new SchemaRegistryConfig { Url = _server.Url, BasicAuthUserInfo = "reader:wr0ng" });
        using var none = new ConfluentSchemaRegistry(_server.Url);

        good.Find(1).Text.Should().Contain("Money");
        foreach (var refused in new[] { bad, none })
            FluentActions.Invoking(() => refused.Find(1)).Should().Throw<DecoderUnavailableException>().WithMessage("*refuses access*401*")
                .Which.Should().Match<DecoderUnavailableException>(f => !f.IsTransient && !f.ToString().Contains("wr0ng"));
    }

    [Fact]
    public void No_answer_is_waited_for_as_long_as_the_settings_say()
    {
        using var registry = new ConfluentSchemaRegistry(new SchemaRegistryConfig { Url = _server.Url, RequestTimeoutMs = 200 });
        var gate = new TaskCompletionSource();
        _server.Gate = gate.Task;

        FluentActions.Invoking(() => registry.Find(1)).Should().Throw<DecoderUnavailableException>().Which.IsTransient.Should().BeTrue();
        gate.SetResult();
        using var patient = new ConfluentSchemaRegistry(_server.Url);
        patient.Find(1).Text.Should().Contain("Money");
    }

    [Fact]
    public async Task A_registry_that_is_gone_is_an_outage()
    {
        var url = _server.Url;
        using var registry = new ConfluentSchemaRegistry(url) { RejectsUnknownIds = true };
        await _server.DisposeAsync();

        FluentActions.Invoking(() => registry.Find(1)).Should().Throw<DecoderUnavailableException>().WithMessage($"The schema registry at {url} does not give schema 1: *");
    }

    [Fact]
    public void An_address_that_holds_a_password_is_refused()
        => FluentActions.Invoking(() => new ConfluentSchemaRegistry("http://reader:s3cret@registry:8081")).Should().Throw<ArgumentException>()
            .WithMessage("*BasicAuthUserInfo*").Which.ToString().Should().NotContain("s3cret");

    [Fact]
    public void A_schema_that_cannot_be_used_stops_the_pipeline()
    {
        using var registry = new ConfluentSchemaRegistry(_server.Url);
        var cache = new SchemaCache<int>(registry, _ => throw new FormatException("no such type"));

        FluentActions.Invoking(() => cache[1]).Should().Throw<DecoderUnavailableException>().WithMessage("Schema 1 of the registry cannot be used: no such type").Which.IsTransient.Should().BeFalse();
    }
}
