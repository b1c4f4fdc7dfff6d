using System.CommandLine;
using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;

var lie = new Option<string>("--lie") { Description = "A lie of the catalogue, or 'honest'.", DefaultValueFactory = _ => "honest" };
var liars = new Option<string>("--liars") { Description = "Who lies, separated by commas.", DefaultValueFactory = _ => "R2,S1" };
var seed = new Option<long>("--seed") { Description = "Seed of all random numbers.", DefaultValueFactory = _ => 20260101 };
var with = new Option<string>("--with") { Description = $"Circumstances, separated by commas: {string.Join(", ", Circumstances.Names)}.", DefaultValueFactory = _ => "" };
var folder = new Option<string>("--out") { Description = "Folder to write to.", Required = true };

var openSky = new Option<string?>("--opensky") { Description = "Real aircraft from a file of OpenSky state vectors, as truth.", HelpName = "FILE" };

var list = new Command("list", "names the lies of the catalogue and the circumstances.");
list.SetAction(_ => Console.WriteLine($"lies: {string.Join(' ', Catalogue.Lies.Keys)}\ncircumstances: {string.Join(' ', Circumstances.Names)}"));

var generate = new Command("generate", "writes reports.jsonl.gz, truth.jsonl.gz, sensors.json and answer.json of one exercise.") { lie, liars, seed, with, openSky, folder };
generate.SetAction(parsed =>
{
    ExerciseSettings settings = Catalogue.Attack(parsed.GetValue(lie)!, parsed.GetValue(seed), parsed.GetValue(liars)!.Split(',', StringSplitOptions.RemoveEmptyEntries));
    if (parsed.GetValue(openSky) is { } file) settings = settings.RealFlights(file);
    foreach (string name in parsed.GetValue(with)!.Split(',', StringSplitOptions.RemoveEmptyEntries)) settings = Circumstances.Apply(settings, name);
    string path = Path.Combine(parsed.GetRequiredValue(folder), settings.Name);
    ExerciseFiles.Write(Exercise.Generate(settings), path);
    Console.WriteLine(path);
});

var only = new Option<string>("--only") { Description = "Only exercises whose name contains this.", DefaultValueFactory = _ => "" };
var pairs = new Option<bool>("--pairs") { Description = "Every pair of liars among the eight sensors, six lies each, instead of the catalogue." };
var campaign = new Command("campaign", "runs the tracker over the whole catalogue, with and without the liars, and prints a table.") { seed, only, pairs, openSky };
campaign.SetAction(parsed =>
{
    string heading = "";
    foreach ((string under, ExerciseSettings settings) in Plan(parsed))
    {
        if (!settings.Name.Contains(parsed.GetValue(only)!, StringComparison.Ordinal)) continue;
        if (under != heading) Console.WriteLine($"\n### {under}\n\n{CampaignTable.Head}");
        heading = under;
        Exercise exercise = Exercise.Generate(settings);
        ExerciseOutcome? removed = settings.Liars.Count == 0 ? null : ExerciseRun.Run(exercise.WithoutLiars());
        Console.WriteLine(CampaignTable.Row(ExerciseRun.Run(exercise), removed));
    }
});

var floor = new Command("crossing-floor", "the fewest id switches that any causal filter could have in six slow crossings.") { seed };
floor.SetAction(parsed =>
{
    (double switches, double atMostSix, double sigma) = CrossingFloor.Simulate(parsed.GetValue(seed), 2000);
    Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"mean id switches {switches:F2}, at most 6 in {atMostSix:P1} of 2000 exercises, relative error across the course just before {sigma:F2} m"));
});

IEnumerable<(string Heading, ExerciseSettings Settings)> Plan(ParseResult parsed)
{
    if (parsed.GetValue(openSky) is { } file) return CampaignPlan.RealFlights(parsed.GetValue(seed), file);
    return parsed.GetValue(pairs) ? CampaignPlan.Pairs(parsed.GetValue(seed)) : CampaignPlan.All(parsed.GetValue(seed));
}

return await new RootCommand("Generated tracking exercises: sensors, of which some lie, with the truth.") { list, generate, campaign, floor }.Parse(args).InvokeAsync().ConfigureAwait(false);
