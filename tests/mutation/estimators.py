#!/usr/bin/env python3
"""Mutation check of the estimators: applies the patches of estimators.patches one by one to a copy of the sources, runs
the estimator tests and prints which test caught each. Exit code 1 if one survives.

    python3 tests/mutation/estimators.py [--cases 2000] [--only TEXT]
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ["Fusion", "tests/Fusion/Estimators"]
FILES = ["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "global.json", ".editorconfig", "C3Fusion.sln", "tests/OneModuleAtATime.cs"]


def patches():
    text = (ROOT / "tests/mutation/estimators.patches").read_text()
    for block in re.split(r"^@ ", text, flags=re.M)[1:]:
        name, file, old, new = block.rstrip("\n").split("\n")
        yield name, file, old, new


def run(command, copy, cases):
    environment = dict(os.environ, C3FUSION_CASES=str(cases), DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1")
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=900)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=2000, help="random cases of each property")
    options.add_argument("--only", default="", help="only the mutants whose name contains this")
    chosen = options.parse_args()

    survivors = 0
    count = 0
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = pathlib.Path(folder) / "copy"
        for part in PARTS:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("bin", "obj"))
        for file in FILES:
            shutil.copy(ROOT / file, copy / file)
        # The test project without what the estimators do not need.
        project = (ROOT / "tests/Fusion/Fusion.Tests.csproj").read_text()
        project = re.sub(r'\s*<ProjectReference Include="(?!\.\./\.\./Fusion/Fusion\.csproj)[^>]*/>', "", project)
        (copy / "tests/Fusion/Fusion.Tests.csproj").write_text(project)
        shared = next((up / "shared" for up in ROOT.parents if (up / "shared" / "data").is_dir()), None)
        if shared:
            (pathlib.Path(folder) / "shared").symlink_to(shared)

        build = ["dotnet", "build", "tests/Fusion", "-c", "Release", "-v", "q", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false"]
        tests = [str(copy / "tests/Fusion/bin/Release/net10.0/C3Fusion.Fusion.Tests"), "-namespace", "C3Fusion.Fusion.Tests.Estimators", "-class-", "*RobustGraphTests", "-noColor", "-stopOnFail"]  # graphs hold no code of the library
        result = run(build, copy, chosen.cases)
        if result.returncode == 0:
            result = run(tests, copy, chosen.cases)
        if result.returncode != 0:
            print(result.stdout[-3000:], "\nthe tests fail without any mutant")
            return 1

        for name, file, old, new in patches():
            if chosen.only not in name:
                continue
            count += 1
            path = copy / file
            original = path.read_text()
            if original.count(old) != 1:
                print(f"BROKEN    {name}: its text occurs {original.count(old)} times in {file}")
                survivors += 1
                continue
            path.write_text(original.replace(old, new))
            result = run(build, copy, chosen.cases)
            if result.returncode != 0:
                print(f"BROKEN    {name}: does not compile\n{result.stdout[-500:]}")
                survivors += 1
            else:
                result = run(tests, copy, chosen.cases)
                caught = re.findall(r"Estimators\.(\S+?)(?:\(.*)? \[FAIL\]", result.stdout)
                if caught or result.returncode not in (0,):
                    print(f"caught    {name}: {', '.join(dict.fromkeys(caught)) or 'the tests do not end normally'}")
                else:
                    print(f"SURVIVED  {name}")
                    survivors += 1
            path.write_text(original)
            sys.stdout.flush()
    print(f"{count - survivors} of {count} mutants caught")
    return 1 if survivors or not count else 0


if __name__ == "__main__":
    sys.exit(main())
