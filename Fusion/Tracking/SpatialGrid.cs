using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Points hashed by square cells of the horizontal plane; within a cell they keep the order in which they were added.</summary>
internal sealed class SpatialGrid
{
    /// <summary>A search reaches at most this many cells to each side.</summary>
    private const int MaxReach = 12;

    private readonly double _cell;
    private int[] _head = [];
    private int[] _tail = [];
    private int[] _next = [];
    private int[] _item = [];
    private int[] _cellX = [];
    private int[] _cellY = [];
    private int _count;

    public SpatialGrid(double cellM) => _cell = cellM;

    public void Clear(int expected)
    {
        int buckets = 64;
        while (buckets < 2 * expected) buckets *= 2;
        if (_head.Length < buckets || _head.Length > 8 * buckets)
        {
            _head = new int[buckets];
            _tail = new int[buckets];
        }

        Array.Fill(_head, -1);
        _count = 0;
        if (_next.Length >= expected) return;
        int capacity = Math.Max(64, 2 * expected);
        _next = new int[capacity];
        _item = new int[capacity];
        _cellX = new int[capacity];
        _cellY = new int[capacity];
    }

    public void Add(int item, V position)
    {
        int x = Cell(position.GetElement(0));
        int y = Cell(position.GetElement(1));
        int bucket = Bucket(x, y);
        int i = _count++;
        _item[i] = item;
        _cellX[i] = x;
        _cellY[i] = y;
        _next[i] = -1;
        if (_head[bucket] < 0) _head[bucket] = i;
        else _next[_tail[bucket]] = i;
        _tail[bucket] = i;
    }

    /// <summary>Collects the items of every cell that the square of half side <paramref name="radius"/> about a place touches.</summary>
    /// <returns>How many were found; those beyond the length of <paramref name="found"/> are left out.</returns>
    public int Near(V position, double radius, Span<int> found)
    {
        radius = Math.Min(radius, MaxReach * _cell);
        double px = position.GetElement(0);
        double py = position.GetElement(1);
        int x0 = Cell(px - radius);
        int x1 = Cell(px + radius);
        int y0 = Cell(py - radius);
        int y1 = Cell(py + radius);
        int n = 0;
        for (int x = x0; x <= x1; x++)
        {
            for (int y = y0; y <= y1; y++)
            {
                for (int i = _head[Bucket(x, y)]; i >= 0; i = _next[i])
                {
                    if (_cellX[i] == x && _cellY[i] == y && n < found.Length) found[n++] = _item[i];
                }
            }
        }

        return n;
    }

    private int Cell(double coordinate) => (int)Math.Floor(coordinate / _cell);

    private int Bucket(int x, int y) => (int)(((((uint)x * 0x9E3779B1u) ^ ((uint)y * 0x85EBCA77u)) * 0xC2B2AE3Du) >> 7) & (_head.Length - 1);
}
