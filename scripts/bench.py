"""Measures commands side by side on a loopback mirror. Called by scripts/bench, which brings the parts.

Every run works in directories that did not exist before, and nothing is deleted until the end: ext4 avoids inodes that
were deleted a moment ago, which makes each run slower than the one before.
"""

import argparse
import hashlib
import multiprocessing
import os
import platform
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "jupyterlab"
REPOSITORY = Path(__file__).resolve().parent.parent
ROOT = REPOSITORY / "target" / "bench"
FILES = ROOT / "mirror" / "files"
CASES = ["cold-sync", "warm-sync", "cold-install", "warm-install", "install-again"]


@dataclass
class Contender:
    """One tool's command, the paths that must not exist before it, and its measurements."""

    tool: str
    command: str
    absent: list[Path]
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0


@dataclass
class Case:
    """The same work done by several tools; the first is ours."""

    name: str
    contenders: list[Contender]


def main() -> None:
    arguments = parse_arguments()
    ROOT.mkdir(parents=True, exist_ok=True)
    with Server() as server, Workplace(arguments.tmpfs) as workplace:
        # In a process of its own: Linux counts the memory that a parent ever had as its children's peak.
        mirroring = multiprocessing.get_context("fork").Process(target=mirror, args=(arguments, server))
        mirroring.start()
        mirroring.join()
        if mirroring.exitcode != 0:
            sys.exit("error: failed to make the mirror")
        cases = [case for case in plan(arguments, server, workplace) if case.name in (arguments.only or CASES)]
        for case in cases:
            measure(case, arguments.pairs, workplace)
    report = render(cases, arguments, workplace)
    print(report, end="")
    if arguments.document:
        (REPOSITORY / "docs" / "benchmarks.md").write_text(f"# Benchmarks\n\n{report}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--binary", required=True, help="the executable to measure; built if not given")
    parser.add_argument("--uv", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only", action="append", choices=CASES, help="a case to measure (may be repeated); else all")
    parser.add_argument("--pairs", type=int, default=5, help="runs of each command, in turns; pip gets a third")
    parser.add_argument("--without-sha", action="store_true", help="hide the processor's SHA instructions from Kingbolt and uv")
    parser.add_argument("--tmpfs", action="store_true", help="work in memory instead of below target/bench")
    parser.add_argument("--document", action="store_true", help="write the result into docs/benchmarks.md too")
    parser.add_argument("--python", default=sys.executable, help="interpreter to install for")
    parser.add_argument("--link-mode", default="file", help="Kingbolt's way from the store to the environment")
    return parser.parse_args()


class Workplace:
    """The directory that holds the state of all tools, and what was moved away from it."""

    def __init__(self, in_memory: bool) -> None:
        self.in_memory = in_memory
        self.is_mounted = False
        self.moved = 0

    def __enter__(self) -> "Workplace":
        self.root = ROOT / "work"
        if self.in_memory and os.getuid() != 0:
            self.root = Path(f"/dev/shm/kingbolt-bench-{os.getpid()}")
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        if self.in_memory and os.getuid() == 0:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=90%", "tmpfs", self.root], check=True)
            self.is_mounted = True
        self.description = self.describe()
        print(f"  working on {self.description}", file=sys.stderr)
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", self.root], check=True)
        shutil.rmtree(self.root, ignore_errors=True)

    def describe(self) -> str:
        if self.is_mounted:
            return "a mounted tmpfs"
        if self.in_memory:
            return "the tmpfs of /dev/shm"
        found = subprocess.check_output(["stat", "--file-system", "--format=%T", self.root], text=True).strip()
        return {"ext2/ext3": "ext4"}.get(found, found)

    def clear(self, path: Path) -> None:
        """Makes a path absent. In memory it is deleted, since nothing is slowed down by that."""
        if self.in_memory:
            shutil.rmtree(path, ignore_errors=True)
        elif path.exists():
            self.moved += 1
            aside = self.root / "moved" / str(self.moved)
            aside.parent.mkdir(exist_ok=True)
            path.rename(aside)


class Server:
    """nginx on a free port of loopback, serving the mirror."""

    def __enter__(self) -> "Server":
        (ROOT / "mirror").mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        configuration = ROOT / "nginx.conf"
        configuration.write_text(
            f"""
            daemon off; worker_processes 1; pid {ROOT}/nginx.pid; error_log stderr crit;
            {"user root;" if os.getuid() == 0 else ""}
            events {{ worker_connections 512; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
                client_body_temp_path {ROOT}/tmp; proxy_temp_path {ROOT}/tmp; fastcgi_temp_path {ROOT}/tmp;
                uwsgi_temp_path {ROOT}/tmp; scgi_temp_path {ROOT}/tmp;
                types {{ text/html html; }} default_type application/octet-stream;
                server {{ listen 127.0.0.1:{self.port}; root {ROOT}/mirror; }}
            }}
            """
        )
        self.process = subprocess.Popen(["nginx", "-p", ROOT, "-c", configuration])
        while self.process.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        sys.exit("error: nginx does not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def mirror(arguments: argparse.Namespace, server: Server) -> None:
    """Downloads the wheels once, and writes a lock and an index whose addresses are the server's."""
    lock = ROOT / "locked" / "pylock.toml"
    lock.parent.mkdir(exist_ok=True)
    requested = ROOT / "requested.in"
    requested.write_text(PACKAGE + "\n")
    stamp = ROOT / "locked" / "python"
    python = subprocess.check_output([arguments.python, "-VV"], text=True)
    if not lock.exists() or not stamp.exists() or stamp.read_text() != python:
        run([arguments.uv, "pip", "compile", "-q", "--format", "pylock.toml", "--python", arguments.python,
             "--only-binary", ":all:", "-o", lock, requested], os.environ)  # fmt: skip
        text = lock.read_text()
        pins = re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', text, re.M)
        FILES.mkdir(parents=True, exist_ok=True)
        run([arguments.python, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", FILES,
             *(f"{name}=={version}" for name, version in pins)], os.environ)  # fmt: skip
        stamp.write_text(python)
    text = re.sub(r"^sdist = .*\n", "", lock.read_text(), flags=re.M)
    text = re.sub(r'url = "[^"]*/([^"/]+)"', rf'url = "{server.url}/files/\1"', text)
    (ROOT / "pylock.toml").write_text(text)
    chosen = sorted(path for path in FILES.iterdir() if path.suffix == ".whl" and path.name in text)
    (ROOT / "requirements.txt").write_text("".join(f"{server.url}/files/{path.name}\n" for path in chosen))
    for path in chosen:
        page = ROOT / "mirror" / "simple" / re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()
        page.mkdir(parents=True, exist_ok=True)
        # The big index offers the metadata as files of their own, so this one does.
        metadata = metadata_of(path)
        path.with_name(path.name + ".metadata").write_bytes(metadata)
        sidecar = f'data-core-metadata="sha256={hashlib.sha256(metadata).hexdigest()}"'
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        link = f'<a href="/files/{path.name}#sha256={digest}" {sidecar}>{path.name}</a>'
        (page / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")


def metadata_of(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)))


def plan(arguments: argparse.Namespace, server: Server, workplace: Workplace) -> list[Case]:
    python, uv, ours = arguments.python, arguments.uv, arguments.binary
    ours_state, uv_state, pip_state = (workplace.root / tool for tool in ["ours", "uv", "pip"])
    lock, requirements = ROOT / "pylock.toml", ROOT / "requirements.txt"
    index = f"--index-url {server.url}/simple/"
    if arguments.without_sha:
        ours, uv = without_sha(ours), without_sha(uv)

    sync = f"{ours} sync -q {lock} --into {ours_state}/env --python {python} --link-mode {arguments.link_mode}"
    install = f"{ours} install -q {PACKAGE} {index} --python {python} --link-mode {arguments.link_mode}"
    uv_sync = f"{uv} venv -q --python {python} {uv_state}/env && {uv} pip sync -q --python {uv_state}/env {lock}"
    uv_install = f"{uv} tool install -q {PACKAGE} {index} --python {python}"
    pip = f"{python} -m venv {pip_state}/env && {pip_state}/env/bin/pip install -q --no-compile --cache-dir {pip_state}/cache"
    pip_sync = f"{pip} --no-deps -r {requirements}"
    pip_install = f"{pip} {index} {PACKAGE}"

    def case(name: str, ours: tuple[str, list[str]], uv: tuple[str, list[str]], pip: tuple[str, list[str]] | None) -> Case:
        contenders = [
            Contender("kingbolt", ours[0], [ours_state / path for path in ours[1]]),
            Contender("uv", uv[0], [uv_state / path for path in uv[1]]),
        ]
        if pip:
            contenders.append(Contender("pip", pip[0], [pip_state / path for path in pip[1]]))
        return Case(name, contenders)

    return [
        case("cold-sync", (sync, [""]), (uv_sync, [""]), (pip_sync, [""])),
        case("warm-sync", (sync, ["env"]), (uv_sync, ["env"]), (pip_sync, ["env"])),
        case("cold-install", (install, [""]), (uv_install, [""]), (pip_install, [""])),
        case("warm-install", (install, ["home/apps", "bin"]), (uv_install, ["tools", "bin"]), (pip_install, ["env"])),
        case("install-again", (install, []), (uv_install, []), None),
    ]


def without_sha(program: str) -> str:
    """The command that runs a program as if the processor had no SHA instructions."""
    runner = ROOT / "without-sha"
    run(["cc", "-O1", "-o", runner, REPOSITORY / "scripts" / "without-sha.c"], os.environ)
    # Hundreds of megabytes, which would count as the peak of this process's children.
    disassemble = f"objdump --disassemble --no-show-raw-insn {program} | grep -w cpuid"
    listing = subprocess.check_output(["sh", "-c", disassemble], text=True)
    addresses = ROOT / f"{Path(program).name}.cpuid"
    addresses.write_text("\n".join(re.findall(r"^ *([0-9a-f]+):\tcpuid", listing, re.M)))
    return f"{runner} {addresses} {program}"


def measure(case: Case, pairs: int, workplace: Workplace) -> None:
    """Runs the contenders in turns, in alternating order, so that what the machine does meanwhile hits all alike."""
    for turn in range(pairs):
        for contender in case.contenders if turn % 2 == 0 else reversed(case.contenders):
            if contender.tool == "pip" and turn >= (pairs + 2) // 3:
                continue
            if turn == 0 and not case.name.startswith("cold"):
                prepare(contender, workplace)
                run(["sh", "-c", contender.command], environment(workplace))
            prepare(contender, workplace)
            measured_run(contender, workplace)
        print(f"  {case.name}: {turn + 1} of {pairs}", file=sys.stderr)


def prepare(contender: Contender, workplace: Workplace) -> None:
    for path in contender.absent:
        workplace.clear(path)
    # Else the disk writes what the run before left in memory.
    os.sync()


def measured_run(contender: Contender, workplace: Workplace) -> None:
    started = time.perf_counter()
    process = subprocess.Popen(["sh", "-c", contender.command], env=environment(workplace), stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    contender.seconds.append(time.perf_counter() - started)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"error: failed with {process.returncode}: {contender.command}")
    contender.processor_seconds.append(usage.ru_utime + usage.ru_stime)
    contender.peak_bytes = max(contender.peak_bytes, usage.ru_maxrss * 1024)


def environment(workplace: Workplace) -> dict[str, str]:
    """Every tool's state below one directory, and nothing of the user's configuration."""
    ours, uv = workplace.root / "ours", workplace.root / "uv"
    return {
        "PATH": f"{uv}/bin:{ours}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(workplace.root / "nobody"),
        "KINGBOLT_HOME": str(ours / "home"),
        "KINGBOLT_BIN_DIR": str(ours / "bin"),
        "KINGBOLT_CACHE_DIR": str(ours / "cache"),
        "UV_CACHE_DIR": str(uv / "cache"),
        "UV_TOOL_DIR": str(uv / "tools"),
        "UV_TOOL_BIN_DIR": str(uv / "bin"),
        "UV_PYTHON_DOWNLOADS": "never",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def run(command: list, variables: Mapping[str, str]) -> None:
    subprocess.run(command, check=True, env=dict(variables))


def render(cases: list[Case], arguments: argparse.Namespace, workplace: Workplace) -> str:
    uv = subprocess.check_output([arguments.uv, "--version"], text=True).split()[1]
    count = len((ROOT / "requirements.txt").read_text().splitlines())
    size = os.path.getsize(arguments.binary) / 1e6
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    command = " ".join(["scripts/bench", *(f"--only {name}" for name in arguments.only or []), f"--pairs {arguments.pairs}"])
    lines = [
        f"`{command}{' --without-sha' * arguments.without_sha}{' --tmpfs' * arguments.tmpfs}`: {PACKAGE} in {count} wheels from a server on loopback, on "
        f"{workplace.description}, {arguments.link_mode} links; kingbolt of {size:.1f} MB, uv {uv}.",
        f"The processor is {processor()} with {os.cpu_count()} cores, {sha_instructions(arguments)}.",
        "",
        "The tools run in turns. A ratio is Kingbolt's time divided by the other tool's time in the same turn; below 1,",
        "Kingbolt is faster. Ranges are from the lower to the upper quartile. A peak of "
        f"{floor:.0f} MB or less is the script's own.",
        "",
        "| case | tool | runs | seconds (median) | range | CPU seconds | peak MB | ratio (median) | range |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for case in cases:
        ours = case.contenders[0]
        for contender in case.contenders:
            ratios = [one / other for one, other in zip(ours.seconds, contender.seconds)]
            ratio, spread = ("", "") if contender is ours else (f"{statistics.median(ratios):.2f}", quartiles(ratios))
            lines.append(
                f"| {case.name} | {contender.tool} | {len(contender.seconds)} | {statistics.median(contender.seconds):.3f} | "
                f"{quartiles(contender.seconds, 3)} | {statistics.median(contender.processor_seconds):.3f} | "
                f"{contender.peak_bytes / 1e6:.0f} | {ratio} | {spread} |"
            )
    return "\n".join(lines) + "\n"


def quartiles(values: list[float], digits: int = 2) -> str:
    lower, _, upper = statistics.quantiles(values, method="inclusive") if len(values) > 1 else values * 3
    return f"{lower:.{digits}f}–{upper:.{digits}f}"


def processor() -> str:
    model = re.search(r"^model name\s*: (.+)$", cpu_information(), re.M)
    return model[1] if model else platform.machine()


def sha_instructions(arguments: argparse.Namespace) -> str:
    if arguments.without_sha:
        return "whose SHA instructions were hidden from Kingbolt and uv"
    flags = re.search(r"^(?:flags|Features)\s*: (.+)$", cpu_information(), re.M)
    if not flags:
        return "SHA instructions unknown"
    return "with SHA instructions" if {"sha_ni", "sha2"} & set(flags[1].split()) else "without SHA instructions"


def cpu_information() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


main()
