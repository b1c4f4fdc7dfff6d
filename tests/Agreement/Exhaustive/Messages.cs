using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>All statements and frames of a search, by number.</summary>
internal sealed class Messages
{
    private readonly Interner<Statement> _statements = new(EqualityComparer<Statement>.Default);
    private readonly Interner<int[]> _contents = new(SequenceComparer.Instance);
    private readonly Interner<Hash256> _payloads = new(EqualityComparer<Hash256>.Default);
    private readonly List<AgreementEvent.FrameArrived> _frames = [];
    private readonly Dictionary<Frame, int> _known = new(ReferenceEqualityComparer.Instance);

    public IEnumerable<Statement> Statements => Enumerable.Range(0, _statements.Count).Select(StatementOf);

    public Statement StatementOf(int id) => _statements[id];

    public int IdOf(Statement statement) => _statements.IdOf(statement);

    public Frame FrameOf(int id) => _frames[id].Frame.Value;

    /// <summary>Frames with the same author, own statement, supports, payloads and hints have one number.</summary>
    public int IdOf(Frame frame)
    {
        if (_known.TryGetValue(frame, out int known)) return known;
        int[] content = new int[4 + frame.Supports.Length + frame.Payloads.Length];
        (content[0], content[1], content[2], content[3]) = (frame.Author, _statements.IdOf(frame.Own), (int)frame.DecidesHeld, frame.Supports.Length);
        int at = 4;
        foreach (Statement support in frame.Supports) content[at++] = _statements.IdOf(support);
        foreach (Payload payload in frame.Payloads) content[at++] = _payloads.IdOf(payload.Value);
        int id = _contents.IdOf(content);
        if (id == _frames.Count) _frames.Add(new AgreementEvent.FrameArrived(new Verified<Frame>(frame), default));
        _known.Add(frame, id);
        return id;
    }

    public AgreementEvent.FrameArrived Arrival(int id, Instant stamp) => _frames[id] with { Stamp = stamp };
}
