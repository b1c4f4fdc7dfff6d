namespace C3Fusion.Fusion.Tracking;

/// <summary>One possible pairing of a row with a column.</summary>
internal readonly record struct AssignmentEdge(int Row, int Column, double Cost) : IComparable<AssignmentEdge>
{
    public int CompareTo(AssignmentEdge other)
    {
        int order = Cost.CompareTo(other.Cost);
        if (order == 0) order = Row.CompareTo(other.Row);
        return order == 0 ? Column.CompareTo(other.Column) : order;
    }
}

/// <summary>Sparse assignment: the pairing of rows with columns of least total cost, a row left over costing <c>unassigned</c>.</summary>
/// <remarks>
/// Connected components are solved apart: exactly by shortest augmenting paths (Kuhn, Munkres; Jonker and Volgenant) up
/// to <see cref="MaxExact"/> rows, the rare larger ones (a flood) cheapest edge first. Rows and columns are small dense
/// numbers; ties go to the smaller row, then the smaller column.
/// </remarks>
internal sealed class Assignment
{
    /// <summary>Largest component that is solved exactly.</summary>
    public const int MaxExact = 48;

    private readonly List<AssignmentEdge> _edges = [];
    private readonly double[] _cost = new double[(MaxExact + 1) * ((2 * MaxExact) + 1)];
    private readonly double[] _u = new double[MaxExact + 1];
    private readonly double[] _v = new double[(2 * MaxExact) + 1];
    private readonly int[] _match = new int[(2 * MaxExact) + 1];
    private readonly int[] _way = new int[(2 * MaxExact) + 1];
    private readonly double[] _least = new double[(2 * MaxExact) + 1];
    private readonly bool[] _used = new bool[(2 * MaxExact) + 1];
    private readonly List<int> _rows = [];
    private readonly List<int> _columns = [];
    private int[] _group = [];
    private int[] _rowOf = [];
    private int[] _columnOf = [];

    /// <summary>Column given to each row, or -1.</summary>
    public int[] Result { get; private set; } = [];

    public void Clear() => _edges.Clear();

    public void Add(int row, int column, double cost) => _edges.Add(new AssignmentEdge(row, column, cost));

    public void Solve(int rows, int columns, double unassigned)
    {
        Prepare(rows, columns);
        if (_edges.Count == 0) return;
        foreach (AssignmentEdge edge in _edges) Union(edge.Row, rows + edge.Column);
        for (int i = 0; i < rows + columns; i++) _group[i] = Root(i);
        _edges.Sort((a, b) => _group[a.Row] != _group[b.Row] ? _group[a.Row].CompareTo(_group[b.Row]) : a.CompareTo(b));
        for (int from = 0; from < _edges.Count;)
        {
            int to = from + 1;
            while (to < _edges.Count && _group[_edges[to].Row] == _group[_edges[from].Row]) to++;
            SolveComponent(from, to, unassigned);
            from = to;
        }
    }

    private void Prepare(int rows, int columns)
    {
        if (Result.Length < rows) Result = new int[rows * 2];
        if (_rowOf.Length < rows) _rowOf = new int[rows * 2];
        if (_columnOf.Length < columns) _columnOf = new int[columns * 2];
        if (_group.Length < rows + columns) _group = new int[(rows + columns) * 2];
        Result.AsSpan(0, rows).Fill(-1);
        _columnOf.AsSpan(0, columns).Fill(-1);
        _rowOf.AsSpan(0, rows).Fill(-1);
        for (int i = 0; i < rows + columns; i++) _group[i] = i;
    }

    private int Root(int i)
    {
        while (_group[i] != i)
        {
            _group[i] = _group[_group[i]];
            i = _group[i];
        }

        return i;
    }

    private void Union(int a, int b)
    {
        a = Root(a);
        b = Root(b);
        if (a < b) _group[b] = a;
        else _group[a] = b;
    }

    private void SolveComponent(int from, int to, double unassigned)
    {
        if (to - from == 1)
        {
            if (_edges[from].Cost < unassigned) Result[_edges[from].Row] = _edges[from].Column;
            return;
        }

        _rows.Clear();
        _columns.Clear();
        for (int i = from; i < to; i++)
        {
            AssignmentEdge edge = _edges[i];
            if (_rowOf[edge.Row] < 0)
            {
                _rowOf[edge.Row] = _rows.Count;
                _rows.Add(edge.Row);
            }

            if (_columnOf[edge.Column] < 0)
            {
                _columnOf[edge.Column] = _columns.Count;
                _columns.Add(edge.Column);
            }
        }

        if (_rows.Count <= MaxExact && _columns.Count <= MaxExact) Exact(from, to, unassigned);
        else Greedy(from, to, unassigned);
    }

    private void Greedy(int from, int to, double unassigned)
    {
        Span<bool> taken = new bool[_columns.Count];
        for (int i = from; i < to; i++)
        {
            AssignmentEdge edge = _edges[i];
            if (edge.Cost >= unassigned || Result[edge.Row] >= 0 || taken[_columnOf[edge.Column]]) continue;
            Result[edge.Row] = edge.Column;
            taken[_columnOf[edge.Column]] = true;
        }
    }

    private void Exact(int from, int to, double unassigned)
    {
        int n = _rows.Count;
        int m = _columns.Count + n;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++) _cost[(i * m) + j] = j == _columns.Count + i ? unassigned : 1e6;
        }

        for (int i = from; i < to; i++)
        {
            AssignmentEdge edge = _edges[i];
            _cost[(_rowOf[edge.Row] * m) + _columnOf[edge.Column]] = Math.Min(edge.Cost, 1e6);
        }

        Array.Clear(_u);
        Array.Clear(_v);
        Array.Clear(_match);
        for (int i = 1; i <= n; i++) Augment(i, m);
        for (int j = 1; j <= _columns.Count; j++)
        {
            if (_match[j] > 0 && _cost[((_match[j] - 1) * m) + j - 1] < unassigned) Result[_rows[_match[j] - 1]] = _columns[j - 1];
        }
    }

    private void Augment(int row, int m)
    {
        _match[0] = row;
        int j0 = 0;
        Array.Fill(_least, double.PositiveInfinity, 0, m + 1);
        Array.Clear(_used, 0, m + 1);
        do
        {
            _used[j0] = true;
            int i0 = _match[j0];
            double delta = double.PositiveInfinity;
            int j1 = 0;
            for (int j = 1; j <= m; j++)
            {
                if (_used[j]) continue;
                double reduced = _cost[((i0 - 1) * m) + j - 1] - _u[i0] - _v[j];
                if (reduced < _least[j])
                {
                    _least[j] = reduced;
                    _way[j] = j0;
                }

                if (_least[j] < delta)
                {
                    delta = _least[j];
                    j1 = j;
                }
            }

            for (int j = 0; j <= m; j++)
            {
                if (_used[j])
                {
                    _u[_match[j]] += delta;
                    _v[j] -= delta;
                }
                else
                {
                    _least[j] -= delta;
                }
            }

            j0 = j1;
        }
        while (_match[j0] != 0);
        do
        {
            int j1 = _way[j0];
            _match[j0] = _match[j1];
            j0 = j1;
        }
        while (j0 != 0);
    }
}
