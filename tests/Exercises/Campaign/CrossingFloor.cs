using C3Fusion.Exercises.World;

namespace C3Fusion.Exercises.Campaign;

/// <summary>What the best causal filter could make of six slow crossings: the least number of id switches.</summary>
/// <remarks>
/// The filter knows what no tracker knows: which reading is of which target, that nobody lies, that both fly straight for
/// ever. Then the least-squares line through all readings so far is the best estimate there is. The matched tracks of a scan
/// are exchanged where the estimated separation points away from the true one; across the course the truth changes sign at
/// scan 100. Each spell of wrong scans costs four switches: two targets, there and back.
/// </remarks>
public static class CrossingFloor
{
    private const int Pairs = 6, Meeting = 100, Scans = 200;
    private const double DetectionProbability = 0.9, RelativeSpeed = 5;

    /// <summary>Mean id switches of six crossing pairs, and the share of exercises with at most six.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="exercises">Exercises simulated.</param>
    public static (double MeanSwitches, double AtMostSix, double RelativeSigmaM) Simulate(long seed, int exercises)
    {
        long switches = 0, good = 0;
        double square = 0;
        for (int exercise = 0; exercise < exercises; exercise++)
        {
            int here = 0;
            for (int pair = 0; pair < Pairs; pair++) here += Cross(new RandomStream(seed, $"floor/{exercise}/{pair}"), ref square);
            switches += here;
            if (here <= 6) good++;
        }

        return (switches / (double)exercises, good / (double)exercises, Math.Sqrt(square / exercises / Pairs));
    }

    private static int Cross(RandomStream random, ref double square)
    {
        var one = new Line();
        var other = new Line();
        int switches = 0;
        bool wrong = false;
        for (int scan = 0; scan < Scans; scan++)
        {
            one.Age();
            other.Age();
            foreach (SensorSpec sensor in SensorSpec.Standard)
            {
                one.Read(random, sensor);
                other.Read(random, sensor);
            }

            if (scan < 20 || scan == Meeting) continue;
            double truth = RelativeSpeed * (scan - Meeting), error = one.Error - other.Error;
            if (scan == Meeting - 1) square += error * error;
            bool isWrong = truth * (truth + error) < 0;
            if (isWrong != wrong) switches += 2;
            wrong = isWrong;
        }

        return switches;
    }

    /// <summary>Least squares of one target's errors across its course, as information about the position and speed now.</summary>
    private sealed class Line
    {
        private double _pp, _pv, _vv, _p, _v;

        /// <summary>Error of the estimated position now, m.</summary>
        public double Error => ((_vv * _p) - (_pv * _v)) / ((_pp * _vv) - (_pv * _pv));

        /// <summary>A second passes: what was said of p is said of p - v.</summary>
        public void Age()
        {
            _v -= _p;
            _vv += _pp - (2 * _pv);
            _pv -= _pp;
        }

        public void Read(RandomStream random, SensorSpec sensor)
        {
            double position = random.Normal(), speed = random.Normal();
            if (!random.Chance(DetectionProbability)) return;
            _pp += 1 / (sensor.SigmaPositionM * sensor.SigmaPositionM);
            _p += position / sensor.SigmaPositionM;
            _vv += 1 / (sensor.SigmaVelocityMps * sensor.SigmaVelocityMps);
            _v += speed / sensor.SigmaVelocityMps;
        }
    }
}
