namespace C3Fusion.Sim.Tests;

/// <summary>Finds recorded data beside the repository, where it is.</summary>
internal static class SharedData
{
    public static string? Find(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "C3Fusion.sln"))) continue;
            string path = Path.Combine(folder.FullName, "..", "shared", "data", name);
            return File.Exists(path) ? path : null;
        }

        return null;
    }
}
