using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Node.Fuse;

/// <summary>Fuses one case and writes its line.</summary>
internal sealed class FuseAnswer(JsonLineWriter line)
{
    private readonly Interval[] regions = new Interval[IntervalFusion.MaxSensors];

    /// <summary>Writes the answer to <paramref name="request"/>, with <paramref name="id"/> as it was given.</summary>
    public void Write(FuseCase request, ReadOnlySpan<byte> id)
    {
        Head(id).Raw(",\"n\":"u8).Number(request.Count);
        switch (request.Form)
        {
            case FuseForm.Intervals:
                WriteIntervals(request);
                break;
            case FuseForm.Boxes:
                WriteBoxes(request);
                break;
            default:
                WritePoints(request);
                break;
        }

        line.Raw("}"u8).EndLine();
    }

    /// <summary>Writes what is wrong with a line in the place of its answer.</summary>
    public void WriteError(long lineNumber, string error, ReadOnlySpan<byte> id)
    {
        Head(id).Raw(",\"line\":"u8).Number((double)lineNumber).Raw(",\"error\":"u8).Text(error).Raw("}"u8).EndLine();
    }

    private JsonLineWriter Head(ReadOnlySpan<byte> id)
    {
        line.Raw("{\"id\":"u8);
        return id.IsEmpty ? line.Raw("null"u8) : line.Compact(id);
    }

    private void Status(FuseCase request, FusionStatus status) =>
        line.Raw(",\"f\":"u8).Number(request.FaultBound).Raw(",\"status\":\""u8).Raw(Name(status)).Raw("\""u8);

    private static ReadOnlySpan<byte> Name(FusionStatus status) => status switch
    {
        FusionStatus.Insufficient => "Insufficient"u8,
        FusionStatus.Alarm => "Alarm"u8,
        FusionStatus.Weak => "Weak"u8,
        _ => "Ok"u8,
    };

    private void WriteIntervals(FuseCase request)
    {
        ReadOnlySpan<Interval> intervals = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request.Sides);
        int f = request.BoundedFaultBound;
        IntervalFusionResult result = IntervalFusion.Fuse(intervals, f, regions);
        Status(request, result.Status);
        line.Raw(",\"regions\":["u8);
        for (int i = 0; i < result.RegionCount; i++)
        {
            if (i > 0) line.Raw(","u8);
            line.Interval(regions[i]);
        }

        line.Raw("],\"marzullo\":"u8).Interval(result.Marzullo).Raw(",\"faultTolerant\":"u8).Interval(result.FaultTolerant);
        line.Raw(",\"maxOverlap\":"u8).Number(result.MaxOverlap).Raw(",\"minFaulty\":"u8).Number(result.MinFaulty);
        line.Raw(",\"accused\":"u8).Indices(result.Accused).Raw(",\"midpoint\":"u8).Number(result.Marzullo?.Midpoint);
        bool estimates = result.Status != FusionStatus.Insufficient;
        line.Raw(",\"brooksIyengar\":"u8).Number(estimates ? BrooksIyengar.Estimate(intervals, f) : null);
        line.Raw(",\"trimmedMean\":"u8).Number(estimates ? TrimmedMean.OfMidpoints(intervals, f) : null);
        line.Raw(",\"median\":"u8).Number(estimates ? Median.OfMidpoints(intervals) : null);
    }

    private void WriteBoxes(FuseCase request)
    {
        int d = request.Dimensions;
        Span<Interval> joint = stackalloc Interval[JointBoxes.MaxDimensions];
        Span<Interval?> perAxis = new Interval?[d];
        JointBoxesResult result = JointBoxes.Fuse(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request.Sides), d, request.BoundedFaultBound, joint, perAxis);
        line.Raw(",\"d\":"u8).Number(d);
        Status(request, result.Status);
        line.Raw(",\"joint\":"u8);
        if (result.Agrees)
        {
            line.Raw("["u8);
            for (int axis = 0; axis < d; axis++) (axis > 0 ? line.Raw(","u8) : line).Interval(joint[axis]);
            line.Raw("]"u8);
        }
        else
        {
            line.Raw("null"u8);
        }

        line.Raw(",\"perAxis\":["u8);
        for (int axis = 0; axis < d; axis++) (axis > 0 ? line.Raw(","u8) : line).Interval(perAxis[axis]);
        line.Raw("],\"maxOverlap\":"u8).Number(result.MaxOverlap).Raw(",\"minFaulty\":"u8).Number(result.MinFaulty);
        line.Raw(",\"accused\":"u8).Indices(result.Accused);
    }

    private void WritePoints(FuseCase request)
    {
        int n = request.Count;
        int d = request.Dimensions;
        int f = request.BoundedFaultBound;
        FusionStatus status = FaultBound.Status(n, f, minFaulty: 0);
        line.Raw(",\"d\":"u8).Number(d);
        Status(request, status);
        if (status == FusionStatus.Insufficient)
        {
            line.Raw(",\"trimmedMean\":null,\"median\":null,\"geometricMedian\":null"u8);
            return;
        }

        ReadOnlySpan<double> points = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(request.Coordinates);
        Span<double> trimmed = stackalloc double[d];
        Span<double> median = stackalloc double[d];
        Span<double> geometric = stackalloc double[d];
        Span<double> column = stackalloc double[n];
        for (int axis = 0; axis < d; axis++)
        {
            for (int i = 0; i < n; i++) column[i] = points[(i * d) + axis];
            trimmed[axis] = TrimmedMean.Of(column, f);
            median[axis] = Median.Of(column);
        }

        GeometricMedianResult certificate = GeometricMedian.Of(points, d, geometric);
        WriteVector(",\"trimmedMean\":"u8, trimmed);
        WriteVector(",\"median\":"u8, median);
        WriteVector(",\"geometricMedian\":"u8, geometric);
        if (!certificate.Converged) line.Raw(",\"geometricMedianConverged\":false"u8);
    }

    private void WriteVector(ReadOnlySpan<byte> name, ReadOnlySpan<double> vector)
    {
        line.Raw(name).Raw("["u8);
        for (int axis = 0; axis < vector.Length; axis++) (axis > 0 ? line.Raw(","u8) : line).Number(vector[axis]);
        line.Raw("]"u8);
    }
}
