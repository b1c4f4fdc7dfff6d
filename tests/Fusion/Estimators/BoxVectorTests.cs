using System.Text.Json;
using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The box vectors: brute force over exact rationals, made by others than this library.</summary>
public sealed class BoxVectorTests
{
    [Fact]
    public void All_box_cases_agree_bit_for_bit()
    {
        JsonElement cases = SharedData.Read("estimators/boxes.json").GetProperty("cases");
        Assert.Equal(80, cases.GetArrayLength());
        foreach (JsonElement item in cases.EnumerateArray())
        {
            JsonElement expected = item.GetProperty("expected");
            int d = item.GetProperty("d").GetInt32();
            int f = item.GetProperty("f").GetInt32();
            Interval[] boxes = [.. item.GetProperty("boxes").EnumerateArray().SelectMany(SharedData.Intervals)];
            var joint = new Interval[d];
            var perAxis = new Interval?[d];
            JointBoxesResult result = JointBoxes.Fuse(boxes, d, f, joint, perAxis);

            string id = item.GetProperty("id").ToString();
            Assert.Equal((id, expected.GetProperty("jointAgreement").GetBoolean()), (id, result.Agrees));
            Assert.Equal(result.Agrees, result.Status != FusionStatus.Alarm);
            if (result.Agrees) Assert.Equal(SharedData.Intervals(expected.GetProperty("jointHull")), joint);
            Assert.Equal(expected.GetProperty("perAxisM").EnumerateArray().Select(SharedData.IntervalOrNull), perAxis);
            Assert.Equal((id, expected.GetProperty("maxJointOverlap").GetInt32()), (id, result.MaxOverlap));
            int[] accused = [.. Enumerable.Range(0, boxes.Length / d).Where(i => (result.Accused >> i & 1) != 0)];
            if (result.Agrees) Assert.Equal(SharedData.Indices(expected.GetProperty("certainlyFaulty")), accused);
            int[] strengths = new int[boxes.Length / d];
            JointBoxes.AccusationStrengths(boxes, d, strengths);
            if (result.Agrees) Assert.Equal(accused, Enumerable.Range(0, strengths.Length).Where(i => strengths[i] > f));
            Assert.Equal(result.MinFaulty, strengths.Min());
        }
    }
}
