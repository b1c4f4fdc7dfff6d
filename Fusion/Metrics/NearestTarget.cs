using C3Fusion.Fusion.Assignment;

namespace C3Fusion.Fusion.Metrics;

/// <summary>Finds the nearest of many points within a range: a sweep in order of east. Ties go to the lowest index.</summary>
internal sealed class NearestTarget
{
    private double[] _east = [];
    private int[] _byEast = [];
    private Enu[] _points = [];
    private int _count;

    public void Index(ReadOnlySpan<Enu> points)
    {
        _count = points.Length;
        Buffers.Grow(ref _east, _count);
        Buffers.Grow(ref _byEast, _count);
        Buffers.Grow(ref _points, _count);
        points.CopyTo(_points);
        for (int i = 0; i < _count; i++) (_byEast[i], _east[i]) = (i, points[i].X);
        _east.AsSpan(0, _count).Sort(_byEast.AsSpan(0, _count));
    }

    /// <summary>The index of the nearest point nearer than <paramref name="range"/>, or -1.</summary>
    public int Find(Enu from, double range, out double distance)
    {
        distance = range;
        int best = -1;
        ReadOnlySpan<double> east = _east.AsSpan(0, _count);
        for (int k = PictureMatching.FirstNotBelow(east, from.X - range); k < _count && east[k] <= from.X + range; k++)
        {
            int i = _byEast[k];
            double d = (_points[i] - from).Length;
            if (!(d < distance) && !(d == distance && best >= 0 && i < best)) continue;
            distance = d;
            best = i;
        }

        return best;
    }
}
