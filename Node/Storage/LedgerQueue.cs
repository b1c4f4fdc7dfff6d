namespace C3Fusion.Node.Storage;

/// <summary>Rows that wait for the disk, bounded by count and bytes. Thread-safe.</summary>
internal sealed class LedgerQueue
{
    private const int MaxRows = 8192;
    private const long MaxBytes = 128L << 20;

    private readonly object _gate = new();
    private readonly Queue<LedgerRow> _rows = new();
    private long _bytes;
    private bool _isComplete;
    private bool _isHalted;

    /// <summary>Queues a row.</summary>
    /// <returns>Why it cannot be; null where it was queued, or where nothing is taken any more.</returns>
    public string? TryAdd(LedgerRow row)
    {
        lock (_gate)
        {
            if (_isComplete || _isHalted) return null;
            if (_rows.Count >= MaxRows || _bytes + row.Bytes.Length > MaxBytes) return $"record {row.Index}: the disk is {_rows.Count} records behind";
            _rows.Enqueue(row);
            _bytes += row.Bytes.Length;
            Monitor.Pulse(_gate);
        }

        return null;
    }

    /// <summary>Waits for rows and takes some; none when all is done.</summary>
    public List<LedgerRow> Take(int most)
    {
        var taken = new List<LedgerRow>();
        lock (_gate)
        {
            while (_rows.Count == 0 && !_isComplete) Monitor.Wait(_gate);
            while (taken.Count < most && _rows.TryDequeue(out LedgerRow? row))
            {
                taken.Add(row);
                _bytes -= row.Bytes.Length;
            }
        }

        return taken;
    }

    /// <summary>Takes no more rows; those that wait are still to be taken.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes no more rows.</summary>
    /// <returns>Was this the first time?</returns>
    public bool Halt()
    {
        lock (_gate)
        {
            if (_isHalted) return false;
            _isHalted = true;
            return true;
        }
    }
}
