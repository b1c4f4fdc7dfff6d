namespace C3Fusion.Fusion.Tracking;

/// <summary>Which reports a scan takes: from known sensors, finite, within the limits, in time, not too many.</summary>
internal sealed class ReportAdmission(SensorTable sensors, TrackerOptions options, ScanReports reports)
{
    /// <summary>A claimed error widens a reading's own by no more than this.</summary>
    private const double MaxSigmaScale = 4;

    /// <summary>Checks a report, and counts it if only its sensor's quota is left to check.</summary>
    /// <param name="report">The report.</param>
    /// <param name="scanEndUs">When the scan will end, as far as known, microseconds; null before the first scan.</param>
    /// <param name="axes">What it measures.</param>
    /// <param name="scale">Its variance over the registered one, at least 1.</param>
    public ReportRefusal Check(in TrackReport report, long? scanEndUs, out MeasuredAxes axes, out double scale)
    {
        axes = MeasuredAxes.Horizontal;
        scale = 1;
        if ((uint)report.Sensor >= (uint)sensors.Count) return ReportRefusal.UnknownSensor;
        if (!Finite(report.Position.X, options.MaxCoordinateM) || !Finite(report.Position.Y, options.MaxCoordinateM)) return ReportRefusal.NonFinite;
        if (!Optional(report.Position.Z, options.MaxCoordinateM, MeasuredAxes.Up, ref axes)) return ReportRefusal.NonFinite;
        MeasuredAxes east = MeasuredAxes.Horizontal;
        MeasuredAxes north = MeasuredAxes.Horizontal;
        if (!Optional(report.Velocity.X, options.MaxSpeedMps, MeasuredAxes.HorizontalVelocity, ref east)
            || !Optional(report.Velocity.Y, options.MaxSpeedMps, MeasuredAxes.HorizontalVelocity, ref north)
            || !Optional(report.Velocity.Z, options.MaxSpeedMps, MeasuredAxes.UpVelocity, ref axes)) return ReportRefusal.NonFinite;
        axes |= east & north;
        if (report.ClaimedSigmaPositionM <= 0 || report.ClaimedSigmaVelocityMps <= 0) return ReportRefusal.BadSigma;
        SensorModel model = sensors.Models[report.Sensor];
        double claimed = Math.Min(report.ClaimedSigmaPositionM, model.SigmaPositionCapM) / model.SigmaPositionM;
        if (claimed > 1) scale = Math.Min(claimed, MaxSigmaScale) * Math.Min(claimed, MaxSigmaScale);
        if (scanEndUs is long end)
        {
            if (report.TimeUs <= end - options.LateWindowUs) return ReportRefusal.Late;
            if (report.TimeUs > end + options.FutureWindowUs) return ReportRefusal.Future;
        }

        reports.CountOnly(report.Sensor);
        return reports.CountOf(report.Sensor) > options.MaxReportsPerSensorAndScan ? ReportRefusal.TooMany : ReportRefusal.None;
    }

    private static bool Finite(double value, double limit) => Math.Abs(value) <= limit;

    private static bool Optional(double value, double limit, MeasuredAxes axis, ref MeasuredAxes axes)
    {
        if (double.IsNaN(value)) return true;
        if (!(Math.Abs(value) <= limit)) return false;
        axes |= axis;
        return true;
    }
}
