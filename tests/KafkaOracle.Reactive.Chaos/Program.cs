using KafkaOracle.Reactive.Chaos;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

return Worker.IsFor(args) ? await Worker.RunAsync(args)
    : args.Contains("--server") || args.Contains("--internal-msbuild-node") ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
