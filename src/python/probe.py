# Tells kingbolt what this interpreter is, as one JSON document between two markers.
# Every Python since 2.7 can parse this file: those before 3.8 tell their version and nothing else.
import sys

# The directory that kingbolt was started in has no say about what is imported.
sys.path[:] = [entry for entry in sys.path if entry]

import json
import os

OLDEST = (3, 8)


def main():
    report = {"version": list(sys.version_info), "executable": encoded(sys.executable or "")}
    if sys.version_info >= OLDEST:
        report["facts"] = facts()
    sys.stdout.write("\n-----BEGIN KINGBOLT PROBE-----" + json.dumps(report) + "-----END KINGBOLT PROBE-----\n")
    sys.stdout.flush()


def encoded(path):
    """A path of POSIX as its bytes, each written as one character: the locale decides how Python reads them as text."""
    if os.name == "nt":
        return path
    return (path if str is bytes else os.fsencode(path)).decode("latin-1")


def facts():
    import struct
    import sysconfig

    return {
        "implementation": sys.implementation.name,
        "in_environment": sys.prefix != sys.base_prefix,
        "prefix": encoded(sys.prefix),
        "base_executable": encoded(base_executable()),
        "base_prefix": encoded(sys.base_prefix),
        "stdlib": encoded(sysconfig.get_path("stdlib")),
        "scheme": scheme(sysconfig),
        "markers": markers(),
        "pointer_bits": struct.calcsize("P") * 8,
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "debug": is_debug(sysconfig),
        "ext_suffix": sysconfig.get_config_var("EXT_SUFFIX") or "",
        "platform": sysconfig.get_platform(),
        "macos": macos(),
        "glibc": glibc(),
        "refused_manylinux": refused_manylinux(sysconfig, struct.calcsize("P") == 4),
    }


def base_executable():
    """The interpreter outside every environment, by the most specific name that its own prefix has for it."""
    known = getattr(sys, "_base_executable", None) or sys.executable
    if os.name == "nt":
        # Windows has one name for it. That of a Store package is an alias: what it stands for may not be run.
        return absolute(known)
    kind = {"pypy": "pypy", "graalpy": "graalpy"}.get(sys.implementation.name, "python")
    version = "%d.%d" % sys.version_info[:2]
    # Before Python 3.11 an environment does not know what it was made from.
    known_is_own = sys.prefix != sys.base_prefix and known == sys.executable
    for name in (kind + version + getattr(sys, "abiflags", ""), kind + version, kind + "3", kind):
        candidate = os.path.join(sys.base_prefix, "bin", name)
        if os.path.exists(candidate) and (known_is_own or is_same(candidate, known)):
            return candidate
    return absolute(known)


def absolute(path):
    """An embedded Python may not know where it is."""
    return path if os.path.isabs(path) else ""


def is_same(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def scheme(sysconfig):
    """Where an environment keeps what wheels bring, relative to its root."""
    # Debian's default scheme, posix_local, is for what is installed beside its packages.
    default = "nt" if os.name == "nt" else "posix_prefix"
    name = "venv" if "venv" in sysconfig.get_scheme_names() else default
    root = os.path.abspath(os.path.join(os.sep, "kingbolt"))
    variables = dict.fromkeys(["base", "platbase", "installed_base", "installed_platbase"], root)
    paths = sysconfig.get_paths(name, vars=variables)
    return dict(
        (key, os.path.relpath(paths[key], root).replace(os.sep, "/")) for key in ("purelib", "platlib", "scripts")
    )


def markers():
    import platform

    if hasattr(os, "uname"):
        # `platform` would start another program for a processor name that nobody asked for.
        system, _, release, version, machine = os.uname()
    else:
        system, release = platform.system(), platform.release()
        version, machine = platform.version(), platform.machine()
    full_version = platform.python_version()
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": implementation_version(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": machine,
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": release,
        "platform_system": system,
        "platform_version": version,
        # What a build from a checkout appends is no version; `packaging` reads it this way.
        "python_full_version": full_version + "local" if full_version.endswith("+") else full_version,
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def implementation_version(info):
    """As PEP 508 composes it."""
    version = "%d.%d.%d" % (info.major, info.minor, info.micro)
    return version if info.releaselevel == "final" else version + info.releaselevel[0] + str(info.serial)


def is_debug(sysconfig):
    """As `packaging.tags` decides it: Windows does not set Py_DEBUG."""
    from importlib.machinery import EXTENSION_SUFFIXES

    configured = sysconfig.get_config_var("Py_DEBUG")
    if configured is not None:
        return bool(configured)
    return hasattr(sys, "gettotalrefcount") or "_d.pyd" in EXTENSION_SUFFIXES


def macos():
    if sys.platform != "darwin":
        return None
    import platform

    numbers = platform.mac_ver()[0].split(".") + ["0"]
    return [int(numbers[0]), int(numbers[1])]


def glibc():
    try:
        return os.confstr("CS_GNU_LIBC_VERSION").split()[-1]
    except (AttributeError, IndexError, OSError, ValueError):
        pass
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        version = ctypes.CDLL(None).gnu_get_libc_version
        version.restype = ctypes.c_char_p
        return version().decode("ascii")
    except (ImportError, OSError, AttributeError, ValueError):
        return None


def refused_manylinux(sysconfig, is_32bit):
    """The platform tags that a distributor's `_manylinux` module refuses (PEP 600, "Platform compatibility")."""
    try:
        import _manylinux
    except Exception:
        return []
    machine = sysconfig.get_platform().split("-")[-1]
    if is_32bit:
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    machines = ["armv8l", "armv7l"] if machine == "armv8l" else [machine]
    refused = []
    for machine in machines:
        for minor in range(5, 100):
            if not accepts(_manylinux, minor, machine):
                refused.append("manylinux_2_%d_%s" % (minor, machine))
    return refused


def accepts(module, minor, machine):
    if hasattr(module, "manylinux_compatible"):
        answer = module.manylinux_compatible(2, minor, machine)
        return answer is None or bool(answer)
    legacy = {5: "manylinux1_compatible", 12: "manylinux2010_compatible", 17: "manylinux2014_compatible"}
    return bool(getattr(module, legacy.get(minor, ""), True))


main()
