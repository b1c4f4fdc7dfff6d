using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>Two tracks on one target become one; two targets that fly side by side never do.</summary>
public sealed class TwinTracksTests
{
    private const int Scans = 120;
    private const double SpeedMps = 150;
    private const double MeetAtS = 40;

    /// <summary>Half of the sensors see the target displaced at first, as after a manoeuvre that splits them, and come back to it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Two_tracks_whose_sensors_are_disjoint_become_the_older_one_when_they_meet(int followingBoth)
    {
        List<SystemTrack[]> pictures = Run(6, f: 1, (sensor, t) =>
        {
            Enu at = new(SpeedMps * t, 20_000, 5000), speed = new(SpeedMps, 0, 0);
            double closing = Math.Max(0, MeetAtS - t) * 25;
            Enu displaced = new(SpeedMps * t, 20_000 + closing, 5000), displacedSpeed = new(SpeedMps, closing > 0 ? -25 : 0, 0);
            (Enu, Enu)?[] two = [(at, speed), (displaced, displacedSpeed)];
            return sensor < followingBoth ? two : sensor < 3 ? [two[0], null] : [null, two[1]];
        });

        long[] before = Published(pictures[30]);
        Assert.Equal(2, before.Length);
        for (int scan = (int)MeetAtS + 15; scan < Scans; scan++)
        {
            Assert.Equal([before.Min()], Published(pictures[scan]));

            // Who goes on following a second target that nobody else sees is accused in the end, and its voice counts no more.
            Assert.InRange(Assert.Single(pictures[scan]).Support, 6 - followingBoth, 6);
        }
    }

    /// <summary>All honest sensors follow both; what two of five do, silent on one, on the other, or swapping them, changes nothing.</summary>
    [Theory]
    [InlineData(8, 50)]
    [InlineData(8, 200)]
    [InlineData(5, 200)]
    public void Two_targets_side_by_side_stay_two_whatever_two_liars_withhold(int sensors, double apartM)
    {
        List<SystemTrack[]> pictures = Run(sensors, f: 2, (sensor, t) =>
        {
            Enu speed = new(SpeedMps, 0, 0);
            (Enu, Enu)? first = (new Enu(SpeedMps * t, 20_000, 5000), speed), second = (new Enu(SpeedMps * t, 20_000 + apartM, 5000), speed);
            bool withholds = t >= 20 && sensor >= sensors - 2;
            return withholds ? (sensor % 2 == 0 ? [first, null] : [null, second]) : [first, second];
        });

        long[] numbers = Published(pictures[10]);
        Assert.Equal(2, numbers.Length);
        Assert.All(pictures.Skip(10), picture => Assert.Equal(numbers, Published(picture)));
    }

    private static long[] Published(SystemTrack[] picture) => [.. picture.Where(t => t.IsPublished).Select(t => t.Number)];

    /// <summary>One report a scan, without noise, of each of the places that a sensor sees.</summary>
    private static List<SystemTrack[]> Run(int sensors, int f, Func<int, double, (Enu Position, Enu Velocity)?[]> seen)
    {
        SensorModel[] models = [.. Enumerable.Range(0, sensors).Select(s => new SensorModel($"R{s + 1}", 40, 4))];
        var reports = new List<TrackReport>();
        for (int scan = 0; scan < Scans; scan++)
        {
            for (int s = 0; s < sensors; s++)
            {
                (Enu Position, Enu Velocity)?[] places = seen(s, scan);
                for (int p = 0; p < places.Length; p++)
                {
                    if (places[p] is not (Enu position, Enu velocity)) continue;
                    long time = scan * TrackedExercise.Second;
                    reports.Add(new TrackReport(time, time, s, (ulong)p, position, velocity, 40, 4));
                }
            }
        }

        return new TrackedExercise(models, reports, Scans).Run(f).Pictures;
    }
}
