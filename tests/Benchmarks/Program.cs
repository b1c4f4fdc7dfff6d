using BenchmarkDotNet.Running;
using C3Fusion.Benchmarks.Agreement;

if (args is ["agreement-cost", ..])
{
    AgreementCost.Run(onlyThroughput: args is [_, "throughput"]);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
