namespace C3Fusion.Node.Cluster;

/// <summary>The box that hosts the replica to each other box of its node, several times a slot: promise me that you sign in no slot up to this one.</summary>
/// <param name="Box">Who asks.</param>
/// <param name="UpTo">The last slot asked for.</param>
/// <param name="Held">The last slot that it may sign in as it asks.</param>
/// <param name="Depends">Was that right gained by a promise, so that it falls silent without the next?</param>
internal sealed record FenceAsk(string Box, long UpTo, long Held, bool Depends) : IBoxMessage;

/// <summary>To each other box: this node must sign nothing more, on no box, until an operator acts.</summary>
/// <param name="Reason">Why.</param>
internal sealed record StopNode(string Reason) : IBoxMessage;

/// <summary>The answer.</summary>
/// <param name="Box">Who answers.</param>
/// <param name="From">The first slot promised.</param>
/// <param name="UpTo">The last slot promised; before <paramref name="From"/> where nothing is.</param>
/// <param name="Signs">The last slot that the answering box may sign in itself, where it hosts a replica too; else -1.</param>
/// <param name="Leaves">It ends in order and signs nothing before it has asked anew.</param>
internal sealed record FenceAnswer(string Box, long From, long UpTo, long Signs, bool Leaves) : IBoxMessage;
