namespace C3Fusion.Fusion.Assignment;

/// <summary>Optimal assignment on a dense cost matrix: the rectangular Jonker-Volgenant algorithm.</summary>
/// <remarks>
/// Minimises the sum of <c>cost[r, column(r)]</c> over all assignments of min(rows, columns) pairs, by one shortest
/// augmenting path per row with dual variables (R. Jonker and A. Volgenant, Computing 38, 1987; the rectangular form of
/// D. F. Crouse, IEEE Trans. AES 52(4), 2016). O(min² · max) time. An instance keeps its buffers: solve again and again
/// without allocation. Not thread-safe. Deterministic: of equal reduced costs a free column wins, then the lowest index.
/// </remarks>
public sealed class LinearAssignment
{
    /// <summary>Largest finite cost in absolute value; sums of costs stay finite below it.</summary>
    public const double CostLimit = 1e300;

    private double[] _cost = [];
    private double[] _rowDual = [];
    private double[] _columnDual = [];
    private double[] _distance = [];
    private int[] _previousRow = [];
    private int[] _columnOfRow = [];
    private int[] _rowOfColumn = [];
    private int[] _open = [];
    private int[] _closed = [];

    /// <summary>Finds an assignment of least total cost.</summary>
    /// <param name="cost">Row-major costs, rows × columns; +∞ forbids a pair.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    /// <param name="columnOfRow">Receives, for each row, its column or -1; undefined where false is returned.</param>
    /// <returns>False where no assignment of min(rows, columns) permitted pairs exists.</returns>
    /// <exception cref="ArgumentException">A cost is NaN, -∞ or finite beyond <see cref="CostLimit"/>, or a length does not fit.</exception>
    public bool TrySolve(ReadOnlySpan<double> cost, int rows, int columns, Span<int> columnOfRow)
    {
        Require(cost, rows, columns, columnOfRow.Length);
        columnOfRow = columnOfRow[..rows];
        columnOfRow.Fill(-1);
        if (rows == 0 || columns == 0) return true;
        if (rows <= columns)
        {
            if (!Solve(cost, rows, columns)) return false;
            _columnOfRow.AsSpan(0, rows).CopyTo(columnOfRow);
            return true;
        }

        Transpose(cost, rows, columns);
        if (!Solve(_cost, columns, rows)) return false;
        for (int c = 0; c < columns; c++) columnOfRow[_columnOfRow[c]] = c;
        return true;
    }

    private static void Require(ReadOnlySpan<double> cost, int rows, int columns, int rowsOut)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (cost.Length != (long)rows * columns) throw new ArgumentException("cost must hold rows x columns numbers", nameof(cost));
        if (rowsOut < rows) throw new ArgumentException("columnOfRow is too short", nameof(rowsOut));
        foreach (double c in cost)
        {
            bool usable = (c >= -CostLimit && c <= CostLimit) || double.IsPositiveInfinity(c);
            if (!usable) throw new ArgumentException("a cost is NaN, -infinity or too large", nameof(cost));
        }
    }

    private void Transpose(ReadOnlySpan<double> cost, int rows, int columns)
    {
        Buffers.Grow(ref _cost, rows * columns);
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) _cost[(c * rows) + r] = cost[(r * columns) + c];
        }
    }

    /// <summary>Rows ≤ columns. Fills <see cref="_columnOfRow"/>.</summary>
    private bool Solve(ReadOnlySpan<double> cost, int rows, int columns)
    {
        Buffers.Grow(ref _rowDual, rows);
        Buffers.Grow(ref _columnOfRow, rows);
        Buffers.Grow(ref _columnDual, columns);
        Buffers.Grow(ref _distance, columns);
        Buffers.Grow(ref _previousRow, columns);
        Buffers.Grow(ref _rowOfColumn, columns);
        Buffers.Grow(ref _open, columns);
        Buffers.Grow(ref _closed, columns);
        _columnDual.AsSpan(0, columns).Clear();
        _rowOfColumn.AsSpan(0, columns).Fill(-1);

        if (!TakeCheapestFreeColumns(cost, rows, columns)) return false;
        for (int r = 0; r < rows; r++)
        {
            if (_columnOfRow[r] < 0 && !Augment(cost, columns, r)) return false;
        }

        return true;
    }

    /// <summary>A start that keeps the duals feasible: each row's dual is its cheapest cost, and it takes that column if it is free.</summary>
    private bool TakeCheapestFreeColumns(ReadOnlySpan<double> cost, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<double> row = cost.Slice(r * columns, columns);
            int best = 0;
            for (int c = 1; c < columns; c++)
            {
                if (row[c] < row[best] || (row[c] == row[best] && _rowOfColumn[best] >= 0 && _rowOfColumn[c] < 0)) best = c;
            }

            if (double.IsPositiveInfinity(row[best])) return false;
            _rowDual[r] = row[best];
            _columnOfRow[r] = -1;
            if (_rowOfColumn[best] >= 0) continue;
            _columnOfRow[r] = best;
            _rowOfColumn[best] = r;
        }

        return true;
    }

    /// <summary>One shortest augmenting path (Dijkstra over reduced costs) from a free row to a free column.</summary>
    private bool Augment(ReadOnlySpan<double> cost, int columns, int freeRow)
    {
        int open = columns, closed = 0, row = freeRow, sink = -1;
        double reached = 0;
        for (int c = 0; c < columns; c++)
        {
            _open[c] = c;
            _distance[c] = double.PositiveInfinity;
        }

        while (sink < 0)
        {
            int nearest = Relax(cost.Slice(row * columns, columns), row, reached, open);
            int column = _open[nearest];
            reached = _distance[column];
            if (double.IsPositiveInfinity(reached)) return false;
            _open[nearest] = _open[--open];
            _closed[closed++] = column;
            row = _rowOfColumn[column];
            if (row < 0) sink = column;
        }

        UpdateDuals(freeRow, reached, closed);
        FlipPath(freeRow, sink);
        return true;
    }

    /// <summary>Shortens distances through <paramref name="row"/>; returns the place in the open list of the nearest column.</summary>
    private int Relax(ReadOnlySpan<double> costs, int row, double reached, int open)
    {
        double dual = _rowDual[row], lowest = double.PositiveInfinity;
        int nearest = 0;
        for (int i = 0; i < open; i++)
        {
            int c = _open[i];
            double through = reached + (costs[c] - dual - _columnDual[c]);
            if (through < _distance[c])
            {
                _distance[c] = through;
                _previousRow[c] = row;
            }

            double distance = _distance[c];
            if (distance > lowest) continue;
            if (distance < lowest || i == 0 || IsBetterTie(c, _open[nearest]))
            {
                lowest = distance;
                nearest = i;
            }
        }

        return nearest;
    }

    private bool IsBetterTie(int column, int than)
    {
        bool free = _rowOfColumn[column] < 0, thanFree = _rowOfColumn[than] < 0;
        return free == thanFree ? column < than : free;
    }

    private void UpdateDuals(int freeRow, double reached, int closed)
    {
        _rowDual[freeRow] += reached;
        for (int i = 0; i < closed - 1; i++)
        {
            int c = _closed[i];
            double slack = reached - _distance[c];
            _rowDual[_rowOfColumn[c]] += slack;
            _columnDual[c] -= slack;
        }
    }

    private void FlipPath(int freeRow, int sink)
    {
        int column = sink;
        while (true)
        {
            int row = _previousRow[column];
            _rowOfColumn[column] = row;
            (_columnOfRow[row], column) = (column, _columnOfRow[row]);
            if (row == freeRow) return;
        }
    }
}
