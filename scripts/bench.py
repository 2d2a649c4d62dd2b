"""Measures commands side by side on a loopback mirror. Called by scripts/bench, which brings the parts."""

import argparse
import functools
import hashlib
import multiprocessing
import os
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
ROOT = Path(__file__).resolve().parent.parent / "target" / "bench"
FILES = ROOT / "mirror" / "files"


@dataclass
class Contender:
    """One command, and what must be as before each run."""

    tool: str
    command: str
    removes: list[Path]
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0


@dataclass
class Work:
    """The same work done by several tools; the first is ours."""

    name: str
    contenders: list[Contender]


def main() -> None:
    arguments = parse_arguments()
    with Server() as server:
        # In a process of its own: Linux counts the memory that a parent ever had as its children's peak.
        mirroring = multiprocessing.get_context("fork").Process(target=mirror, args=(arguments, server))
        mirroring.start()
        mirroring.join()
        if mirroring.exitcode != 0:
            sys.exit("error: failed to make the mirror")
        works = plan(arguments, server)
        for work in works:
            measure(work, arguments.runs)
    print_table(works, arguments)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--uv", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, help="runs of each command; pip gets a third")
    parser.add_argument("--python", default=sys.executable, help="interpreter to install for")
    parser.add_argument("--link-mode", default="file", help="Kingbolt's way from the store to the environment")
    return parser.parse_args()


class Server:
    """nginx on a free port of loopback, serving the mirror."""

    def __enter__(self) -> "Server":
        (ROOT / "mirror").mkdir(parents=True, exist_ok=True)
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
    wish = ROOT / "wish.in"
    wish.write_text(PACKAGE + "\n")
    stamp = ROOT / "locked" / "python"
    python = subprocess.check_output([arguments.python, "-VV"], text=True)
    if not lock.exists() or not stamp.exists() or stamp.read_text() != python:
        run([arguments.uv, "pip", "compile", "-q", "--format", "pylock.toml", "--python", arguments.python,
             "--only-binary", ":all:", "-o", lock, wish], os.environ)  # fmt: skip
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


def plan(arguments: argparse.Namespace, server: Server) -> list[Work]:
    python, uv, ours = arguments.python, arguments.uv, arguments.binary
    place = functools.partial(Path.joinpath, ROOT)
    ours_state, uv_state, pip_state = place("ours"), place("uv"), place("pip")
    index = f"--index-url {server.url}/simple/"

    sync = f"{ours} sync -q {place('pylock.toml')} --into {ours_state}/env --python {python} --link-mode {arguments.link_mode}"
    install = f"{ours} install -q {PACKAGE} {index} --python {python} --link-mode {arguments.link_mode}"
    uv_sync = f"{uv} venv -q --python {python} {uv_state}/env && {uv} pip sync -q --python {uv_state}/env {place('pylock.toml')}"
    uv_install = f"{uv} tool install -q {PACKAGE} {index} --python {python}"
    pip = f"{python} -m venv {pip_state}/env && {pip_state}/env/bin/pip install -q --no-compile --cache-dir {pip_state}/cache"
    pip_sync = f"{pip} --no-deps -r {place('requirements.txt')}"
    pip_install = f"{pip} {index} {PACKAGE}"

    def work(name: str, ours: tuple[str, list[str]], uv: tuple[str, list[str]], pip: tuple[str, list[str]] | None) -> Work:
        contenders = [
            Contender("kingbolt", ours[0], [ours_state / path for path in ours[1]]),
            Contender("uv", uv[0], [uv_state / path for path in uv[1]]),
        ]
        if pip:
            contenders.append(Contender("pip", pip[0], [pip_state / path for path in pip[1]]))
        return Work(name, contenders)

    return [
        work("sync, cold", (sync, [""]), (uv_sync, [""]), (pip_sync, [""])),
        work("sync, warm", (sync, ["env"]), (uv_sync, ["env"]), (pip_sync, ["env"])),
        work("install, cold", (install, [""]), (uv_install, [""]), (pip_install, [""])),
        work("install, warm", (install, ["home/apps", "bin"]), (uv_install, ["tools", "bin"]), (pip_install, ["env"])),
        work("install, again", (install, []), (uv_install, []), None),
    ]


def measure(work: Work, runs: int) -> None:
    """Runs the contenders in turns, so that what the machine does meanwhile hits all alike."""
    for turn in range(runs):
        for contender in work.contenders:
            if contender.tool == "pip" and turn >= (runs + 2) // 3:
                continue
            if turn == 0 and "cold" not in work.name:
                prepare(contender)
                run(["sh", "-c", contender.command], environment())
            prepare(contender)
            measured_run(contender)
    print(f"  {work.name}: done", file=sys.stderr)


def prepare(contender: Contender) -> None:
    for path in contender.removes:
        shutil.rmtree(path, ignore_errors=True)


def measured_run(contender: Contender) -> None:
    started = time.perf_counter()
    process = subprocess.Popen(["sh", "-c", contender.command], env=environment(), stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    contender.seconds.append(time.perf_counter() - started)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"error: failed with {process.returncode}: {contender.command}")
    contender.processor_seconds.append(usage.ru_utime + usage.ru_stime)
    contender.peak_bytes = max(contender.peak_bytes, usage.ru_maxrss * 1024)


def environment() -> dict[str, str]:
    """Every tool's state below one directory, and nothing of the user's configuration."""
    ours, uv = ROOT / "ours", ROOT / "uv"
    return {
        "PATH": f"{uv}/bin:{ours}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(ROOT / "nobody"),
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


def print_table(works: list[Work], arguments: argparse.Namespace) -> None:
    uv = subprocess.check_output([arguments.uv, "--version"], text=True).split()[1]
    size = os.path.getsize(arguments.binary) / 1e6
    count = len((ROOT / "requirements.txt").read_text().splitlines())
    print(f"{PACKAGE}, {count} wheels, {os.cpu_count()} cores, {arguments.link_mode} links; kingbolt {size:.1f} MB, uv {uv}")
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"A peak of {floor:.0f} MB or less is this script's own: Linux hands it on to what it starts.")
    print()
    print(f"{'work':<16}{'tool':<10}{'median':>9}{'least':>9}{'most':>9}{'CPU':>9}{'peak':>9}{'times ours':>12}")
    for work in works:
        base = statistics.median(work.contenders[0].seconds)
        for contender in work.contenders:
            seconds = contender.seconds
            median = statistics.median(seconds)
            print(
                f"{work.name:<16}{contender.tool:<10}{median:>8.3f}s{min(seconds):>8.3f}s{max(seconds):>8.3f}s"
                f"{statistics.median(contender.processor_seconds):>8.3f}s{contender.peak_bytes / 1e6:>6.0f} MB"
                f"{median / base:>12.2f}"
            )


main()
