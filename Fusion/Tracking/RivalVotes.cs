namespace C3Fusion.Fusion.Tracking;

/// <summary>Where tracks are close, each reading votes between its track and the rivals; what has lost is swapped or moved.</summary>
internal sealed class RivalVotes(SensorTable sensors, ScanReports reports, LocalTracks locals, SystemTracks tracks, TrackPrediction prediction, ReportDistances distances)
{
    private const double SwapScore = 15;
    private const double LeastScore = -5;
    private const double MostScore = 60;

    /// <summary>Lets each reading vote between its track and that track's rivals; swaps or moves bindings that have lost.</summary>
    public void Run(int sensor, int[] rivals)
    {
        for (int i = reports.SensorStart[sensor]; i < reports.SensorStart[sensor + 1]; i++)
        {
            int report = reports.Order[i];
            int slot = reports.Track[report];
            if (slot < 0 || tracks.RivalCount[slot] == 0) continue;
            (double position, double velocity) = distances.Of(report, slot);
            double own = Math.Min(MostScore, position + velocity);
            for (int r = 0; r < tracks.RivalCount[slot]; r++)
            {
                int rival = rivals[tracks.RivalStart[slot] + r];
                (position, velocity) = distances.Of(report, rival);
                AddVote(reports.Local[report], tracks.Life[rival].Number, own - Math.Min(MostScore, position + velocity));
            }

            prediction.Innovate(reports, report, slot);
        }

        for (int i = reports.SensorStart[sensor]; i < reports.SensorStart[sensor + 1]; i++)
        {
            int report = reports.Order[i];
            int slot = reports.Track[report];
            if (slot >= 0 && tracks.RivalCount[slot] > 0) Correct(sensor, report, slot, rivals);
        }
    }

    private void AddVote(int local, long rival, double gain)
    {
        Span<RivalVote> votes = locals.VotesOf(local);
        int at = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            if (votes[i].Rival == rival)
            {
                votes[i].Score = Math.Clamp(votes[i].Score + gain, LeastScore, MostScore);
                return;
            }

            if (votes[i].Score < votes[at].Score || (votes[i].Rival == 0 && votes[at].Rival != 0)) at = i;
        }

        if (votes[at].Rival == 0 || votes[at].Score < gain) votes[at] = new RivalVote { Rival = rival, Score = Math.Clamp(gain, LeastScore, MostScore) };
    }

    private double VoteFor(int local, long rival)
    {
        foreach (RivalVote vote in locals.VotesOf(local))
        {
            if (vote.Rival == rival) return vote.Score;
        }

        return 0;
    }

    private void Correct(int sensor, int report, int slot, int[] rivals)
    {
        int local = reports.Local[report];
        for (int r = 0; r < tracks.RivalCount[slot]; r++)
        {
            int rival = rivals[tracks.RivalStart[slot] + r];
            double mine = VoteFor(local, tracks.Life[rival].Number);
            if (mine <= 0) continue;
            int other = tracks.Holder[(rival * sensors.Count) + sensor];
            bool held = other >= 0 && prediction.Scan - locals.State[other].LastScan <= Association.HolderSilentScans;
            double theirs = held ? VoteFor(other, tracks.Life[slot].Number) : 0;
            if (mine + theirs <= SwapScore) continue;
            Swap(sensor, report, slot, rival, held ? other : -1);
            return;
        }
    }

    private void Swap(int sensor, int report, int slot, int rival, int other)
    {
        int local = reports.Local[report];
        int otherReport = tracks.Reading[(rival * sensors.Count) + sensor];
        tracks.SetReading(slot, sensor, -1);
        tracks.SetReading(rival, sensor, -1);
        tracks.Bind(locals, local, rival);
        distances.Of(report, rival);
        Give(report, rival);
        if (other >= 0)
        {
            tracks.Bind(locals, other, slot);
            locals.VotesOf(other).Clear();
        }

        if (otherReport >= 0 && reports.Local[otherReport] == other)
        {
            distances.Of(otherReport, slot);
            Give(otherReport, slot);
        }
        else if (otherReport >= 0)
        {
            reports.Track[otherReport] = -1;
        }

        locals.VotesOf(local).Clear();
        tracks.ResidualsOf(slot, sensor).Clear();
        tracks.ResidualsOf(rival, sensor).Clear();
    }

    private void Give(int report, int slot)
    {
        reports.Track[report] = slot;
        tracks.SetReading(slot, reports.Sensor[report], report);
    }
}
