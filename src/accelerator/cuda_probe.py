# Asks the library of NVIDIA's driver which CUDA it supports and which GPUs it sees, and tells it as one JSON document between
# two markers. Kingbolt itself is linked statically on Linux and cannot load libraries.
import sys

# The directory that kingbolt was started in has no say about what is imported.
sys.path[:] = [entry for entry in sys.path if entry]

import ctypes
import json
import os

# NixOS, containers, WSL and Jetson have the library where the loader does not look for it.
DIRECTORIES = [
    "/run/opengl-driver/lib",
    "/usr/local/nvidia/lib64",
    "/usr/lib/wsl/lib",
    "/usr/lib/aarch64-linux-gnu/nvidia",
    "/usr/lib/aarch64-linux-gnu/tegra",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
]

MAJOR, MINOR = 75, 76
MOST_DEVICES = 256


def main():
    cuda = library()
    if cuda is None:
        return
    document = json.dumps(report(cuda))
    sys.stdout.write("\n-----BEGIN KINGBOLT CUDA-----" + document + "-----END KINGBOLT CUDA-----\n")
    sys.stdout.flush()


def library():
    """On Windows only the library of the system: others could lie in the current directory."""
    if os.name == "nt":
        names = [os.path.join(os.environ.get("SystemRoot", r"C:\Windows"), "System32", "nvcuda.dll")]
    else:
        names = ["libcuda.so.1"] + [directory + "/libcuda.so.1" for directory in DIRECTORIES]
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def report(cuda):
    version, count = ctypes.c_int(0), ctypes.c_int(0)
    answer = {"version": None, "failure": None, "devices": []}
    if cuda.cuDriverGetVersion(ctypes.byref(version)) == 0:
        answer["version"] = version.value
    failure = cuda.cuInit(0) or cuda.cuDeviceGetCount(ctypes.byref(count))
    if failure:
        answer["failure"] = failure
        return answer
    answer["devices"] = [device(cuda, number) for number in range(min(count.value, MOST_DEVICES))]
    return answer


def device(cuda, number):
    handle, name, bus = ctypes.c_int(0), ctypes.create_string_buffer(256), ctypes.create_string_buffer(64)
    cuda.cuDeviceGet(ctypes.byref(handle), number)
    cuda.cuDeviceGetName(name, 255, handle)
    told_bus = cuda.cuDeviceGetPCIBusId(bus, 63, handle) == 0
    return {
        "name": name.value.decode("utf-8", "replace"),
        "uuid": uuid(cuda, handle),
        "bus": bus.value.decode("ascii", "replace") if told_bus else None,
        "major": attribute(cuda, handle, MAJOR),
        "minor": attribute(cuda, handle, MINOR),
    }


def attribute(cuda, handle, attribute_number):
    value = ctypes.c_int(0)
    failed = cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute_number, handle)
    return None if failed else value.value


def uuid(cuda, handle):
    value = (ctypes.c_ubyte * 16)()
    if cuda.cuDeviceGetUuid(ctypes.byref(value), handle):
        return None
    digits = "".join("%02x" % byte for byte in value)
    return "GPU-" + "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


main()
