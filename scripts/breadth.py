"""Installs apps with Kingbolt and with uv, and compares the results. Called by scripts/breadth, which brings the parts.

Each app is installed into directories of its own, which are removed once they are compared; the caches of both tools
stay. The results are written after each app, so that another run goes on where one was interrupted, and compares again
only the apps that failed.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
APPS = REPOSITORY / "scripts" / "breadth.txt"
DOCUMENT = REPOSITORY / "docs" / "breadth.md"
ROOT = REPOSITORY / "target" / "breadth"
RESULTS = ROOT / "results.json"
TIMEOUT_SECONDS = 1200

# Files in `.dist-info` that each installer writes in its own way, and files that Python or an installer adds.
OWN_FILES = re.compile(
    r"(\.dist-info/(INSTALLER|RECORD|REQUESTED|direct_url\.json|uv_build\.json|uv_cache\.json)"
    r"|(^|/)__pycache__/.*|.*\.pyc|_virtualenv\.(py|pth))$"
)


@dataclass
class Installed:
    """An app as one tool installed it, or the end of its message if it did not."""

    error: str = ""
    is_built: bool = False
    packages: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Comparison:
    """A line of the table. `failed` is true if uv installs an app that Kingbolt does not, or not in the same way."""

    app: str
    version: str
    packages: int
    commands: int
    files: int
    result: str
    failed: bool


def main() -> None:
    arguments = parse_arguments()
    apps = read_apps(short=arguments.short)
    ROOT.mkdir(parents=True, exist_ok=True)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for app in arguments.again:
        results.pop(app, None)
    tools = Tools(arguments)
    for number, app in enumerate(apps, 1):
        if arguments.document:
            break
        if app not in results or results[app]["failed"]:
            results[app] = asdict(tools.compare(app))
            RESULTS.write_text(json.dumps(results, indent=1))
        comparison = Comparison(**results[app])
        print(f"{number}/{len(apps)} {app} {comparison.version}: {comparison.result}", flush=True)
    comparisons = [Comparison(**results[app]) for app in apps if app in results]
    if not arguments.short:
        DOCUMENT.write_text(document(comparisons, tools, [app for app in apps if app not in results]))
    sys.exit(1 if any(comparison.failed for comparison in comparisons) else 0)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/breadth")
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--uv", type=Path, required=True)
    parser.add_argument("--python", default="3.12")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--document", action="store_true")
    parser.add_argument("--again", metavar="APP", action="append", default=[])
    return parser.parse_args()


def read_apps(*, short: bool) -> list[str]:
    blocks = APPS.read_text().strip().split("\n\n")
    lines = "\n".join(blocks[:1] if short else blocks).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class Tools:
    """The two tools, with one Python."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.kingbolt = arguments.binary.resolve()
        self.uv = arguments.uv.resolve()
        self.python = output([self.uv, "python", "find", "--no-managed-python", arguments.python])
        help_text = output([self.kingbolt, "install", "--help"])
        self.allow_build = ["--allow-build", "all"] if "--allow-build" in help_text else []

    def versions(self) -> str:
        kingbolt = output([self.kingbolt, "--version"]).removeprefix("kingbolt ")
        uv = output([self.uv, "--version"]).split()[1]
        python = output([self.python, "-c", "import platform; print(platform.python_version())"])
        return f"Kingbolt {kingbolt}, uv {uv}, Python {python}, {platform.system()} {platform.machine()}"

    def compare(self, app: str) -> Comparison:
        room = ROOT / f"room-{os.getpid()}"
        shutil.rmtree(room, ignore_errors=True)
        theirs = self.with_uv(app, room / "uv")
        ours = self.with_kingbolt(app, room / "kingbolt")
        shutil.rmtree(room, ignore_errors=True)
        return compared(app, ours, theirs)

    def with_uv(self, app: str, room: Path) -> Installed:
        requirement, *options = app.split()
        variables = {"UV_TOOL_DIR": room / "tools", "UV_TOOL_BIN_DIR": room / "bin", "UV_CACHE_DIR": ROOT / "uv-cache"}
        command = [self.uv, "tool", "install", "--quiet", "--python", self.python, requirement, *options]
        error = run(command, variables)
        environments = list((room / "tools").glob("*/pyvenv.cfg"))
        if error or not environments:
            return Installed(error=error or "no environment")
        return read_installed(environments[0].parent, room / "bin")

    def with_kingbolt(self, app: str, room: Path) -> Installed:
        # Wheels first: source code is built only for apps that need it.
        installed = self.with_kingbolt_once(app, room / "wheels", [])
        if installed.error and self.allow_build:
            installed = self.with_kingbolt_once(app, room / "built", self.allow_build)
            installed.is_built = True
        return installed

    def with_kingbolt_once(self, app: str, room: Path, more: list[str]) -> Installed:
        requirement, *options = app.split()
        variables = {
            "KINGBOLT_HOME": room / "home",
            "KINGBOLT_BIN_DIR": room / "bin",
            "KINGBOLT_CACHE_DIR": ROOT / "kingbolt-cache",
        }
        command = [self.kingbolt, "install", "--quiet", "--python", self.python, requirement, *options, *more]
        error = run(command, variables)
        environments = list((room / "home" / "apps").glob("*/generations/*/pyvenv.cfg"))
        if error or len(environments) != 1:
            return Installed(error=error or "no environment")
        return read_installed(environments[0].parent, room / "bin")


def run(command: list[object], variables: dict[str, object]) -> str:
    """The end of what a command printed, if it failed."""
    environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"not done in {TIMEOUT_SECONDS} s"
    if done.returncode == 0:
        return ""
    return done.stderr.strip() or f"exit code {done.returncode}"


def read_installed(environment: Path, bin_directory: Path) -> Installed:
    site = next((environment / "lib").glob("python*/site-packages"))
    packages = {}
    for directory in site.glob("*.dist-info"):
        name, version = directory.name.removesuffix(".dist-info").split("-", 1)
        packages[re.sub(r"[-_.]+", "-", name).lower()] = version
    files = {}
    for path in site.rglob("*"):
        relative = path.relative_to(site).as_posix()
        if path.is_file() and not OWN_FILES.search(relative):
            files[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
    commands = sorted(path.name for path in bin_directory.iterdir()) if bin_directory.exists() else []
    return Installed(packages=packages, commands=commands, files=files)


def compared(app: str, ours: Installed, theirs: Installed) -> Comparison:
    name = re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~ ]", app)[0]).lower()
    shown = ours if not ours.error else theirs
    result, failed = verdict(ours, theirs)
    return Comparison(
        app, shown.packages.get(name, ""), len(shown.packages), len(shown.commands), len(shown.files), result, failed
    )


def verdict(ours: Installed, theirs: Installed) -> tuple[str, bool]:
    """The result in words, and true if it is a fault of Kingbolt's until somebody explains it."""
    if ours.error and theirs.error:
        return f"neither installs it: {first_line(ours.error)}", False
    if ours.error:
        return f"Kingbolt does not install it: {first_line(ours.error)}", True
    if theirs.error:
        return f"uv does not install it: {first_line(theirs.error)}", False
    differences = [
        *differing("versions", ours.packages, theirs.packages),
        *differing("commands", dict.fromkeys(ours.commands, ""), dict.fromkeys(theirs.commands, "")),
    ]
    # Files of other versions differ anyway, and those of a build hold times.
    if not differences and not ours.is_built:
        differences += differing("files", ours.files, theirs.files)
    built = ", with `--allow-build`" if ours.is_built else ""
    return ("; ".join(differences) + built, True) if differences else ("the same" + built, False)


def differing(noun: str, ours: dict[str, str], theirs: dict[str, str]) -> list[str]:
    keys = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
    if not keys:
        return []

    def shown(key: str) -> str:
        sides = [value[:12] or "yes" if value is not None else "no" for value in (ours.get(key), theirs.get(key))]
        return f"`{key}` {sides[0]}, uv: {sides[1]}"

    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return [f"{noun}: {'; '.join(shown(key) for key in keys[:3])}{more}"]


def first_line(message: str) -> str:
    """The first line of a message, without paths and addresses of this machine."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    line = re.sub(r"\x1b\[[0-9;]*m", "", line).removeprefix("error: ")
    line = re.sub(r"https?://[^\s`]+", "ADDRESS", line.replace(str(REPOSITORY), ""))
    return line.replace("|", "\\|")[:160]


def output(command: list[object]) -> str:
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def document(comparisons: list[Comparison], tools: Tools, missing: list[str]) -> str:
    same = sum(comparison.result.startswith("the same") for comparison in comparisons)
    built = sum(comparison.result.startswith("the same, with") for comparison in comparisons)
    lines = [
        "# Breadth",
        "",
        f"`scripts/breadth` on {time.strftime('%Y-%m-%d', time.gmtime())}: {len(comparisons)} apps, installed by Kingbolt and "
        "by uv side by side.",
        f"{tools.versions()}.",
        "",
        f"{same} are the same, {built} of them with `--allow-build`, because a package is published as source only: all "
        "packages in the same",
        "versions, the same commands, and the same files with the same content. Not compared: bytecode, files that each "
        "installer writes",
        "in its own way (RECORD, INSTALLER and the like), and all files of the apps for which a package was built.",
        "",
        "| app | version | packages | commands | files | Kingbolt and uv |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in sorted(comparisons, key=lambda row: row.app):
        lines.append(
            f"| `{row.app}` | {row.version} | {row.packages} | {row.commands} | {row.files} | {row.result} |"
        )
    if missing:
        lines += ["", f"Not compared in this run: {', '.join(f'`{app}`' for app in missing)}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
