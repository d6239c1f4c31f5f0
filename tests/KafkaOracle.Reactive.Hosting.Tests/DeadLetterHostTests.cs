using System.Reactive.Linq;
using Confluent.Kafka;
using KafkaOracle.Reactive.Embedded;
using Microsoft.Extensions.Options;

namespace KafkaOracle.Reactive.Hosting.Tests;

public sealed class DeadLetterHostTests : IAsyncDisposable
{
    private static readonly DeadLetterTopic Odd = new("odd");

    private readonly Servers _servers = new();

    // Writes what has an even length; what is no number cannot be decoded.
    private static readonly Pipeline Parted = Pipeline.Define("copy", lane =>
    {
        Decoder<int> number = (in message) => int.Parse(message.Value, System.Globalization.CultureInfo.InvariantCulture);
        var (good, bad) = lane.Topic(Servers.Topic, number).Check([Rule.For<int>("even", n => n % 2 == 0, "It is odd.")]);
        lane.Into(Servers.Table, good.Select(r => new Servers.Row(r.Value, "even")));
        lane.Into(Odd, bad.Select(DeadLetter.Of));
    });

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task A_section_sends_rejects_and_bad_records_to_topics()
    {
        foreach (var topic in new[] { "odd", "copy.rejects" }) _servers.Kafka.CreateTopic(topic);
        _servers.Settings["DeadLetters:RejectsTopic"] = "{pipeline}.rejects";
        _servers.Settings["DeadLetters:Config:LingerMs"] = "1";
        _servers.Settings["DeadLetters:Config:client.id"] = "letters";
        using var host = await _servers.StartAsync(p => p.AddPipeline(Parted));

        _servers.Kafka.Produce(Servers.Topic, new[] { "2", "3", "x", "4" }.Select(t => EmbeddedMessage.Text(null, t)));
        await host.CommittedAsync(2);
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        Read("odd").Should().Equal("3");
        Read("copy.rejects").Should().Equal("x");
        host.Pipeline().Status!.Rows["odd"].Should().Be(1);
    }

    [Fact]
    public async Task Code_sends_them_too()
    {
        foreach (var topic in new[] { "odd", "bad" }) _servers.Kafka.CreateTopic(topic);
        using var host = await _servers.StartAsync(p => p.AddDeadLetters(o => (o.RejectsTopic, o.KeepRejects) = ("bad", false)).AddPipeline(Parted));

        _servers.Kafka.Produce(Servers.Topic, new[] { "x", "2" }.Select(t => EmbeddedMessage.Text(null, t)));
        await host.CommittedAsync(1);
        await Soon.Within(host.StopAsync(TestContext.Current.CancellationToken));

        Read("bad").Should().Equal("x");
    }

    [Fact]
    public async Task Faults_of_the_section_are_told_with_all_others()
    {
        _servers.Settings["DeadLetters:KeepRejects"] = "false";
        _servers.Settings["DeadLetters:Topic"] = "x";
        _servers.Settings["DeadLetters:Config:Acks"] = "None";
        _servers.Settings["Pipelines:copy:EpochRows"] = "0";
        using var host = _servers.Host(p => p.AddPipeline(Parted));

        var fault = (await FluentActions.Awaiting(() => host.StartAsync(TestContext.Current.CancellationToken)).Should().ThrowAsync<OptionsValidationException>()).Which;

        fault.Failures.Should().ContainMatch("DeadLetters:Topic is no setting*RejectsTopic*").And.ContainMatch("*EpochRows*");
    }

    private List<string> Read(string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = _servers.Kafka.BootstrapServers, GroupId = "test", EnablePartitionEof = true }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var values = new List<string>();
        while (consumer.Consume(TestContext.Current.CancellationToken) is { IsPartitionEOF: false } message) values.Add(message.Message.Value);
        return values;
    }
}
