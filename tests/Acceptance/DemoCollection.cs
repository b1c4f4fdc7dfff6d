using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>Demos run one after the other and beside nothing else: each is a whole distributed system with deadlines.</summary>
[CollectionDefinition(nameof(DemoCollection), DisableParallelization = true)]
public sealed class DemoCollection;
