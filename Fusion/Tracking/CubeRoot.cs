namespace C3Fusion.Fusion.Tracking;

/// <summary>Cube root by Newton's iteration, from IEEE operations alone.</summary>
internal static class CubeRoot
{
    public static double Of(double x)
    {
        if (!(x > 0)) return 0;
        double y = BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(x) / 3) + 0x2A9F7893782DA1CE);
        for (int i = 0; i < 5; i++) y = ((2 * y) + (x / (y * y))) / 3;
        return y;
    }
}
