namespace C3Fusion.Fusion.Assignment;

/// <summary>Optimal assignment where most pairs are out of the gate and nobody has to be assigned.</summary>
/// <remarks>
/// Maximises the sum of the gains of the assigned pairs; each row and each column is used at most once. With
/// <c>gain = gate − cost</c> this is gated track association; with <c>gain = c^p − d^p</c> it is the assignment that GOSPA
/// (alpha 2) and OSPA share. Sparse Jonker-Volgenant: one shortest augmenting path per row, each row with a private way
/// out of cost 0, so that only the neighbourhood of a conflict is searched: about O(pairs) where conflicts are local.
/// An instance keeps its buffers. Not thread-safe. Deterministic: of equal distances a free end wins, then the lowest column.
/// </remarks>
public sealed class GatedAssignment
{
    private int[] _start = [];
    private int[] _pairColumn = [];
    private double[] _pairCost = [];
    private double[] _rowDual = [];
    private double[] _columnDual = [];
    private double[] _distance = [];
    private double[] _rowDistance = [];
    private int[] _previousRow = [];
    private int[] _rowOfColumn = [];
    private int[] _columnOfRow = [];
    private int[] _touched = [];
    private int[] _settledRow = [];
    private bool[] _settled = [];
    private int _touchedCount;
    private int _settledCount;
    private readonly ColumnHeap _heap = new();

    /// <summary>Finds the assignment of largest total gain.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    /// <param name="pairs">Candidate pairs in any order; of several for one (row, column) the largest gain counts.</param>
    /// <param name="columnOfRow">Receives each row's column, or -1.</param>
    /// <exception cref="ArgumentException">An index is out of range, a gain is NaN or above <see cref="LinearAssignment.CostLimit"/>, or the output is too short.</exception>
    public void Solve(int rows, int columns, ReadOnlySpan<CandidatePair> pairs, Span<int> columnOfRow)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (columnOfRow.Length < rows) throw new ArgumentException("columnOfRow is too short", nameof(columnOfRow));
        Prepare(rows, columns, pairs);
        TakeBestFreeColumns(rows);
        for (int r = 0; r < rows; r++)
        {
            if (_columnOfRow[r] == Unsettled) Augment(r);
        }

        for (int r = 0; r < rows; r++) columnOfRow[r] = Math.Max(_columnOfRow[r], -1);
    }

    private const int Alone = -1;
    private const int Unsettled = -2;

    /// <summary>Sorts the useful pairs by row (a stable counting sort) and clears the state.</summary>
    private void Prepare(int rows, int columns, ReadOnlySpan<CandidatePair> pairs)
    {
        Buffers.Grow(ref _start, rows + 2);
        Buffers.Grow(ref _pairColumn, pairs.Length);
        Buffers.Grow(ref _pairCost, pairs.Length);
        Buffers.Grow(ref _rowDual, rows);
        Buffers.Grow(ref _rowDistance, rows);
        Buffers.Grow(ref _columnOfRow, rows);
        Buffers.Grow(ref _settledRow, rows);
        Buffers.Grow(ref _columnDual, columns);
        Buffers.Grow(ref _distance, columns);
        Buffers.Grow(ref _previousRow, columns);
        Buffers.Grow(ref _rowOfColumn, columns);
        Buffers.Grow(ref _touched, columns);
        Buffers.Grow(ref _settled, columns);
        Span<int> start = _start.AsSpan(0, rows + 2);
        start.Clear();
        foreach (ref readonly CandidatePair pair in pairs)
        {
            if ((uint)pair.Row >= (uint)rows || (uint)pair.Column >= (uint)columns) throw new ArgumentException("a pair's index is out of range", nameof(pairs));
            if (!(pair.Gain <= LinearAssignment.CostLimit)) throw new ArgumentException("a pair's gain is NaN or too large", nameof(pairs));
            if (pair.Gain > 0) start[pair.Row + 2]++;
        }

        for (int r = 2; r < start.Length; r++) start[r] += start[r - 1];
        foreach (ref readonly CandidatePair pair in pairs)
        {
            if (!(pair.Gain > 0)) continue;
            int place = start[pair.Row + 1]++;
            _pairColumn[place] = pair.Column;
            _pairCost[place] = -pair.Gain;
        }

        _columnDual.AsSpan(0, columns).Clear();
        _distance.AsSpan(0, columns).Fill(double.PositiveInfinity);
        _settled.AsSpan(0, columns).Clear();
        _rowOfColumn.AsSpan(0, columns).Fill(-1);
    }

    /// <summary>A start that keeps the duals feasible: each row's dual is its cheapest cost, and it takes that column if it is free.</summary>
    private void TakeBestFreeColumns(int rows)
    {
        for (int r = 0; r < rows; r++)
        {
            double lowest = 0;
            int best = -1;
            for (int i = _start[r]; i < _start[r + 1]; i++)
            {
                int c = _pairColumn[i];
                if (_pairCost[i] < lowest || (_pairCost[i] == lowest && best >= 0 && IsBetterTie(c, best)))
                {
                    lowest = _pairCost[i];
                    best = c;
                }
            }

            _rowDual[r] = lowest;
            _columnOfRow[r] = best < 0 ? Alone : Unsettled;
            if (best < 0 || _rowOfColumn[best] >= 0) continue;
            _columnOfRow[r] = best;
            _rowOfColumn[best] = r;
        }
    }

    private bool IsBetterTie(int column, int than)
    {
        bool free = _rowOfColumn[column] < 0, thanFree = _rowOfColumn[than] < 0;
        return free == thanFree ? column < than : free;
    }

    /// <summary>Shortest path over reduced costs from <paramref name="freeRow"/> to a free column or to a row that is better left alone.</summary>
    private void Augment(int freeRow)
    {
        _heap.Clear();
        _touchedCount = _settledCount = 0;
        double bestExit = double.PositiveInfinity;
        int exitRow = -1, sink = -1, row = freeRow;
        double reached = 0;
        while (true)
        {
            _settledRow[_settledCount++] = row;
            _rowDistance[row] = reached;
            double exit = reached - _rowDual[row];
            if (exit < bestExit) (bestExit, exitRow) = (exit, row);
            Relax(row, reached);
            if (!NextColumn(bestExit, out int column)) break;
            reached = _distance[column];
            if (_rowOfColumn[column] < 0)
            {
                sink = column;
                break;
            }

            _settled[column] = true;
            row = _rowOfColumn[column];
        }

        UpdateDuals(sink >= 0 ? reached : bestExit);
        if (sink < 0)
        {
            sink = _columnOfRow[exitRow];
            _columnOfRow[exitRow] = Alone;
            if (exitRow != freeRow) FlipPath(freeRow, sink);
        }
        else
        {
            FlipPath(freeRow, sink);
        }

        for (int i = 0; i < _touchedCount; i++)
        {
            _distance[_touched[i]] = double.PositiveInfinity;
            _settled[_touched[i]] = false;
        }
    }

    private void Relax(int row, double reached)
    {
        for (int i = _start[row]; i < _start[row + 1]; i++)
        {
            int c = _pairColumn[i];
            if (_settled[c]) continue;
            double through = reached + (_pairCost[i] - _rowDual[row] - _columnDual[c]);
            if (!(through < _distance[c])) continue;
            if (double.IsPositiveInfinity(_distance[c])) _touched[_touchedCount++] = c;
            _distance[c] = through;
            _previousRow[c] = row;
            _heap.Push(new ColumnHeap.Entry(through, _rowOfColumn[c] < 0, c));
        }
    }

    /// <summary>The nearest open column, if it is nearer than the best way out.</summary>
    private bool NextColumn(double bestExit, out int column)
    {
        while (_heap.TryPop(out ColumnHeap.Entry entry))
        {
            column = entry.Column;
            if (_settled[column] || entry.Distance > _distance[column]) continue;
            return entry.Distance < bestExit || (entry.Distance == bestExit && entry.IsFree);
        }

        column = -1;
        return false;
    }

    private void UpdateDuals(double reached)
    {
        for (int i = 0; i < _settledCount; i++)
        {
            int row = _settledRow[i];
            double slack = reached - _rowDistance[row];
            _rowDual[row] += slack;
            if (i > 0) _columnDual[_columnOfRow[row]] -= slack;
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
