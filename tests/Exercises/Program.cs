using System.CommandLine;
using C3Fusion.Exercises;

var lie = new Option<string>("--lie") { Description = "A lie of the catalogue, or 'honest'.", DefaultValueFactory = _ => "honest" };
var liars = new Option<string>("--liars") { Description = "Who lies, separated by commas.", DefaultValueFactory = _ => "R2,S1" };
var seed = new Option<long>("--seed") { Description = "Seed of all random numbers.", DefaultValueFactory = _ => 20260101 };
var with = new Option<string>("--with") { Description = $"Circumstances, separated by commas: {string.Join(", ", Circumstances.Names)}.", DefaultValueFactory = _ => "" };
var folder = new Option<string>("--out") { Description = "Folder to write to.", Required = true };

var list = new Command("list", "names the lies of the catalogue and the circumstances.");
list.SetAction(_ => Console.WriteLine($"lies: {string.Join(' ', Catalogue.Lies.Keys)}\ncircumstances: {string.Join(' ', Circumstances.Names)}"));

var generate = new Command("generate", "writes reports.jsonl.gz, truth.jsonl.gz, sensors.json and answer.json of one exercise.") { lie, liars, seed, with, folder };
generate.SetAction(parsed =>
{
    ExerciseSettings settings = Catalogue.Attack(parsed.GetValue(lie)!, parsed.GetValue(seed), parsed.GetValue(liars)!.Split(',', StringSplitOptions.RemoveEmptyEntries));
    foreach (string name in parsed.GetValue(with)!.Split(',', StringSplitOptions.RemoveEmptyEntries)) settings = Circumstances.Apply(settings, name);
    string path = Path.Combine(parsed.GetRequiredValue(folder), settings.Name);
    ExerciseFiles.Write(Exercise.Generate(settings), path);
    Console.WriteLine(path);
});

return await new RootCommand("Generated tracking exercises: sensors, of which some lie, with the truth.") { list, generate }.Parse(args).InvokeAsync().ConfigureAwait(false);
