using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaOracle.Reactive.Tests.SchemaRegistry;

/// <summary>A schema registry on the loopback that answers what Confluent's answers, or as a test tells it to.</summary>
public sealed class RegistryStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Entry> _schemas = new();
    private readonly WebApplication _app;

    private RegistryStandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use(AnswerAsync);
    }

    private sealed record Entry(string Subject, string Type, string Schema, (string Name, string Subject, int Version)[] References);

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>All requests so far, by path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers this status to whatever is asked; null for what is there.</summary>
    public int? Status { get; set; }

    /// <summary>What to answer in place of JSON; null for what is there.</summary>
    public string? Body { get; set; }

    /// <summary>The user and password to ask for, as <c>user:password</c>; null for none.</summary>
    public string? Credentials { get; set; }

    /// <summary>Answers wait for this, for as long as the client does.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<RegistryStandIn> StartAsync()
    {
        var registry = new RegistryStandIn();
        await registry._app.StartAsync();
        return registry;
    }

    public void Add(int id, string subject, string schema, string type = "AVRO", params (string Name, string Subject, int Version)[] references)
        => _schemas[id] = new(subject, type, schema, references);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue(path);
        await Gate.WaitAsync(context.RequestAborted);
        if (Credentials is { } wanted && context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(wanted))) await ErrorAsync(401, 401, "Unauthorized");
        else if (Status is { } status) await ErrorAsync(status, status, "as the test says");
        else if (Body is { } body) await context.Response.WriteAsync(body);
        else if (path.Split('/') is [_, "schemas", "ids", var id]) await SchemaAsync(int.Parse(id, null), full: false);
        else if (path.Split('/') is [_, "subjects", var subject, "versions", "1"]) await SchemaAsync(_schemas.FirstOrDefault(s => s.Value.Subject == subject).Key, full: true);
        else await ErrorAsync(404, 404, "HTTP 404 Not Found");

        async Task SchemaAsync(int id, bool full)
        {
            if (!_schemas.TryGetValue(id, out var entry))
            {
                await ErrorAsync(404, 40403, "Schema not found");
                return;
            }
            var answer = new Dictionary<string, object> { ["schema"] = entry.Schema, ["schemaType"] = entry.Type };
            if (full) (answer["subject"], answer["version"], answer["id"]) = (entry.Subject, 1, id);
            if (entry.References.Length > 0) answer["references"] = entry.References.Select(r => new { name = r.Name, subject = r.Subject, version = r.Version });
            await WriteAsync(answer);
        }

        Task ErrorAsync(int http, int code, string message)
        {
            context.Response.StatusCode = http;
            return WriteAsync(new Dictionary<string, object> { ["error_code"] = code, ["message"] = message });
        }

        Task WriteAsync(Dictionary<string, object> answer)
        {
            context.Response.ContentType = "application/vnd.schemaregistry.v1+json";
            return context.Response.WriteAsync(JsonSerializer.Serialize(answer));
        }
    }
}
