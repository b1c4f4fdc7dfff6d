namespace C3Fusion.Fusion.Assignment;

/// <summary>A pair that may be assigned, with what assigning it gains over leaving both of its ends alone.</summary>
/// <param name="Row">Row, from 0.</param>
/// <param name="Column">Column, from 0.</param>
/// <param name="Gain">Gain; a pair whose gain is not above 0 is never assigned.</param>
public readonly record struct CandidatePair(int Row, int Column, double Gain);
