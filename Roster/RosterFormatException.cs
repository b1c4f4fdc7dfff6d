namespace C3Fusion.Rosters;

/// <summary>A roster file that cannot be read; the message says where, what is wrong, and what would be right.</summary>
public sealed class RosterFormatException : FormatException
{
    /// <summary>An error without a cause behind it.</summary>
    public RosterFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An error that another one caused.</summary>
    public RosterFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
