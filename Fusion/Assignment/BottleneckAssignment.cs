namespace C3Fusion.Fusion.Assignment;

/// <summary>The assignment whose largest cost is smallest, by bisection over the costs with augmenting paths. O(n³ log n).</summary>
public static class BottleneckAssignment
{
    /// <summary>The smallest t for which a full assignment exists that uses only costs ≤ t.</summary>
    /// <param name="cost">Row-major n × n costs; none NaN.</param>
    /// <param name="n">Number of rows and of columns, 1 or more.</param>
    public static double Solve(ReadOnlySpan<double> cost, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (cost.Length != (long)n * n) throw new ArgumentException("cost must hold n x n numbers", nameof(cost));
        double[] levels = cost.ToArray();
        Array.Sort(levels);
        int low = 0, high = levels.Length - 1;
        var rowOfColumn = new int[n];
        var seen = new int[n];
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (IsFull(cost, n, levels[middle], rowOfColumn, seen)) high = middle;
            else low = middle + 1;
        }

        return levels[low];
    }

    private static bool IsFull(ReadOnlySpan<double> cost, int n, double level, int[] rowOfColumn, int[] seen)
    {
        Array.Fill(rowOfColumn, -1);
        Array.Fill(seen, -1);
        for (int r = 0; r < n; r++)
        {
            if (!TryPlace(cost, n, level, r, r, rowOfColumn, seen)) return false;
        }

        return true;
    }

    private static bool TryPlace(ReadOnlySpan<double> cost, int n, double level, int row, int round, int[] rowOfColumn, int[] seen)
    {
        for (int c = 0; c < n; c++)
        {
            if (!(cost[(row * n) + c] <= level) || seen[c] == round) continue;
            seen[c] = round;
            if (rowOfColumn[c] >= 0 && !TryPlace(cost, n, level, rowOfColumn[c], round, rowOfColumn, seen)) continue;
            rowOfColumn[c] = row;
            return true;
        }

        return false;
    }
}
