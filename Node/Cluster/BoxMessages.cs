using System.Collections.Immutable;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Cluster;

/// <summary>What may travel between the boxes of one node. Nothing else has a serializer.</summary>
public interface IBoxMessage;

/// <summary>The replica to a sensor's ingest entity, every second: be there, take this sensor's scans, and report.</summary>
/// <param name="Sensor">Id of the sensor.</param>
internal sealed record KeepIngesting(string Sensor) : IBoxMessage;

/// <summary>An entity's answer: what became of the sensor's payloads.</summary>
/// <param name="Sensor">Id of the sensor.</param>
/// <param name="Box">Where the entity runs.</param>
/// <param name="Accepted">Scans that passed verification and gate.</param>
/// <param name="Refused">Payloads refused or dropped, by reason; those with a count above 0.</param>
internal sealed record IngestReport(string Sensor, string Box, long Accepted, ImmutableSortedDictionary<string, long> Refused) : IBoxMessage;

/// <summary>A scan that passed the ingest, on its way to the replica. Within a box it travels as it is.</summary>
/// <param name="Scan">The scan with its envelope.</param>
/// <param name="Topic">Where it was published; the envelope is signed for it.</param>
internal sealed record IngestedScan(Verified<SignedScan> Scan, string Topic) : IBoxMessage;

/// <summary>A sensor's ingest to the replica: two envelopes that prove that the sensor equivocates; verified anew there.</summary>
/// <param name="Sensor">Id of the sensor.</param>
/// <param name="First">One envelope.</param>
/// <param name="Second">The other.</param>
internal sealed record SensorProof(string Sensor, byte[] First, byte[] Second) : IBoxMessage;

/// <summary>This node's operator proposes a plan, at whichever box he works.</summary>
/// <param name="Draft">What was asked for.</param>
internal sealed record ProposePlan(PlanDraft Draft) : IBoxMessage;

/// <summary>This node's operator vetoes a plan, or withdraws an own one.</summary>
/// <param name="PlanId">Id of the plan.</param>
/// <param name="Reason">Why.</param>
internal sealed record VetoPlan(string PlanId, string Reason) : IBoxMessage;

/// <summary>An <see cref="IngestedScan"/> after it crossed to another box: bytes, to be verified anew there.</summary>
/// <param name="Topic">Where it was published.</param>
/// <param name="Envelope">The exact envelope.</param>
internal sealed record ForwardedScan(string Topic, byte[] Envelope) : IBoxMessage;
