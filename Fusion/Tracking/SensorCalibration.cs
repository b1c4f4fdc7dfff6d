using System.Globalization;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>What each sensor's errors are really like: noise, correlation in time, clock; and how large registration errors are.</summary>
/// <remarks>
/// Everything is learnt from residuals against the common track, pooled over targets. Noise comes from the differences of
/// successive residuals, to which a drag adds next to nothing; correlation is one minus those over the spread between
/// targets, so a liar with less noise than registered does not pass for a correlated sensor; the clock error is the
/// regression of residuals on the velocity, against the median of all sensors. What is learnt of a sensor widens or
/// corrects its own readings alone: it can buy tolerance only at the price of weight.
/// </remarks>
internal sealed class SensorCalibration
{
    private const double Keep = 1 - (1.0 / 60);
    private const double PriorSamples = 60;
    private const double LargestDifference = 25;
    private const double NoiseTolerated = 1.3;
    private const double MostNoise = 9;
    private const double NoiseOutside = 3;
    private const double LeastSamples = 150;
    private const double ClockTolerated = 0.05;
    private const double ClockOutside = 0.15;
    private const double MostClock = 0.6;
    private const double Significance = 6;
    private const double MostBias = 60;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly SystemTracks _tracks;
    private readonly Sums[] _sums;
    private readonly double[] _clock;

    public SensorCalibration(SensorTable sensors, ScanReports reports, SystemTracks tracks)
    {
        (_sensors, _reports, _tracks) = (sensors, reports, tracks);
        _sums = new Sums[sensors.Count];
        _clock = new double[sensors.Count];
    }

    /// <summary>How many times the registration errors exceed what was expected; common to all sensors.</summary>
    public double BiasScale { get; private set; } = 1;

    public void CopyTo(SensorCalibration other)
    {
        _sums.CopyTo(other._sums, 0);
        other.BiasScale = BiasScale;
    }

    /// <summary>Takes the residual of one reading that is surely of its track.</summary>
    public void Add(int slot, int sensor, int report, int scan)
    {
        ref CarriedReading carried = ref _tracks.Carried[(slot * _sensors.Count) + sensor];
        V mask = AxisMask.Position(_reports.Axes[report] & ~_tracks.Life[slot].Undecided);
        V residual = _reports.Innovation[report] * mask;
        ref Sums sums = ref _sums[sensor];
        if (!_tracks.Life[slot].Confirmed) return;
        double registered = _sensors.Models[sensor].SigmaPositionM;
        V velocity = _tracks.Filter[slot].Velocity * mask;
        sums.Now += mask;
        sums.Residual += residual;
        sums.Square += residual * residual;
        sums.Clock += ConsistencySums.Sum((residual + (velocity * _sensors.ClockErrorS[sensor])) * velocity);
        sums.Speed += ConsistencySums.Sum(velocity * velocity);
        if (carried.Scan == scan - 1)
        {
            V difference = (residual - carried.Residual) * mask;
            double d2 = ConsistencySums.Sum(difference * difference) / (2 * registered * registered);
            double axes = ConsistencySums.Sum(mask);
            sums.Differences += Math.Min(d2, LargestDifference * axes);
            sums.Samples += axes;
        }
    }

    /// <summary>Ends the scan: brings the tolerances of every sensor up to date.</summary>
    /// <param name="best">Normal score of the best explanation of the residuals.</param>
    public void Learn(double best)
    {
        if (best > 2.8) BiasScale = Math.Min(BiasScale * 1.1, 8);
        else if (best < 2) BiasScale = Math.Max(BiasScale * 0.98, 1);
        LearnClocks();
        for (int s = 0; s < _sensors.Count; s++)
        {
            ref Sums sums = ref _sums[s];
            double registered = _sensors.Models[s].SigmaPositionM;
            CloseSpread(ref sums, registered * registered);
            double noise = Noise(sums);
            double scale = noise > NoiseTolerated ? Math.Min(noise, MostNoise) : 1;
            _sensors.PositionVariance[s] = registered * registered * scale;
            double velocity = _sensors.Models[s].SigmaVelocityMps;
            _sensors.VelocityVariance[s] = velocity * velocity * scale;
            double bias = Math.Max(Math.Min(_sensors.RegisteredBias(s) * BiasScale, MostBias), _sensors.RegisteredBias(s));
            _sensors.PositionBias2[s] = bias * bias;
            double correlation = Correlation(sums, noise);
            for (int w = 0; w < ResidualWindows.Count; w++) _sensors.MeanVariance[(s * ResidualWindows.Count) + w] = ResidualWindows.MeanVariance(w, correlation);
            sums.Decay(Keep);
        }
    }

    /// <summary>In words, how a sensor's errors exceed its registration; null while they do not.</summary>
    public string? OutsideRegistration(int sensor)
    {
        ref Sums sums = ref _sums[sensor];
        double noise = Noise(sums);
        if (sums.Samples > LeastSamples && noise > NoiseOutside)
            return string.Create(CultureInfo.InvariantCulture, $"noise {Math.Sqrt(noise):F1} times the registered sigma of {_sensors.Models[sensor].SigmaPositionM} m, down-weighted");
        if (sums.Samples > LeastSamples && Math.Abs(_sensors.ClockErrorS[sensor]) - (3 * ClockSigma(sensor)) > ClockOutside)
            return string.Create(CultureInfo.InvariantCulture, $"clock {_sensors.ClockErrorS[sensor]:F2} s off, corrected");
        return null;
    }

    private double ClockSigma(int s) =>
        Math.Sqrt(_sensors.PositionVariance[s] * _sensors.MeanVariance[(s * ResidualWindows.Count) + ResidualWindows.Count - 1] / Math.Max(_sums[s].Speed, 1e4));

    private static double Noise(in Sums sums) => (PriorSamples + sums.Differences) / (PriorSamples + sums.Samples);

    /// <summary>ρ = 1 - differences / spread between targets, where the differences are too small for white noise.</summary>
    private static double Correlation(in Sums sums, double noise)
    {
        if (sums.Samples < LeastSamples || noise > 0.7 || sums.SpreadSamples <= 0) return 0;
        double spread = Math.Min(sums.Spread / sums.SpreadSamples, 1);
        return spread > noise ? Math.Clamp(1 - (noise / spread), 0, 0.95) : 0;
    }

    /// <summary>Spread of this scan's residuals between targets, about their common mean, in registered variances.</summary>
    private static void CloseSpread(ref Sums sums, double registeredVariance)
    {
        V count = sums.Now;
        V enough = Vector256.GreaterThan(count, Vector256.Create(3.0));
        V safe = Vector256.ConditionalSelect(enough, count, V.One);
        V spread = sums.Square - (sums.Residual * sums.Residual / safe);
        sums.Spread += ConsistencySums.Sum(Vector256.ConditionalSelect(enough, spread, V.Zero)) / registeredVariance;
        sums.SpreadSamples += ConsistencySums.Sum(Vector256.ConditionalSelect(enough, count - V.One, V.Zero));
        sums.Now = V.Zero;
        sums.Residual = V.Zero;
        sums.Square = V.Zero;
    }

    private void LearnClocks()
    {
        int n = _sensors.Count;
        if (n == 0) return;
        for (int s = 0; s < n; s++) _clock[s] = _sums[s].Speed > 1e4 ? _sums[s].Clock / _sums[s].Speed : 0;
        Span<double> sorted = stackalloc double[n];
        _clock.AsSpan(0, n).CopyTo(sorted);
        sorted.Sort();
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        for (int s = 0; s < n; s++)
        {
            double clock = _clock[s] - median;
            double sigma = ClockSigma(s);
            bool real = Math.Abs(clock) > Math.Max(ClockTolerated, Significance * sigma) && Math.Abs(clock) < MostClock;
            _sensors.ClockErrorS[s] = real ? clock : 0;
        }
    }

    private struct Sums
    {
        /// <summary>Of this scan: readings, residuals and their squares per axis.</summary>
        public V Now;
        public V Residual;
        public V Square;

        /// <summary>Fading: squared differences of successive residuals in 2σ², and their number.</summary>
        public double Differences;
        public double Samples;

        /// <summary>Fading: spread between targets, and its degrees of freedom.</summary>
        public double Spread;
        public double SpreadSamples;

        /// <summary>Fading: Σ r·v and Σ v·v.</summary>
        public double Clock;
        public double Speed;

        public void Decay(double keep)
        {
            Differences *= keep;
            Samples *= keep;
            Spread *= keep;
            SpreadSamples *= keep;
            Clock *= keep;
            Speed *= keep;
        }
    }
}
