namespace C3Fusion.Fusion.Assignment;

/// <summary>Binary heap of columns by (distance, free first, index); stale entries are the caller's to skip.</summary>
internal sealed class ColumnHeap
{
    private Entry[] _entries = new Entry[16];
    private int _count;

    /// <summary>A column at a distance.</summary>
    public readonly record struct Entry(double Distance, bool IsFree, int Column)
    {
        /// <summary>Does this come out before <paramref name="other"/>? A total order over distinct columns.</summary>
        public bool IsBefore(in Entry other)
        {
            if (Distance != other.Distance) return Distance < other.Distance;
            return IsFree == other.IsFree ? Column < other.Column : IsFree;
        }
    }

    public void Clear() => _count = 0;

    public void Push(in Entry entry)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, _count * 2);
        int place = _count++;
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (!entry.IsBefore(_entries[parent])) break;
            _entries[place] = _entries[parent];
            place = parent;
        }

        _entries[place] = entry;
    }

    public bool TryPop(out Entry entry)
    {
        entry = default;
        if (_count == 0) return false;
        entry = _entries[0];
        Entry last = _entries[--_count];
        int place = 0;
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && _entries[child + 1].IsBefore(_entries[child])) child++;
            if (!_entries[child].IsBefore(last)) break;
            _entries[place] = _entries[child];
            place = child;
        }

        _entries[place] = last;
        return true;
    }
}
