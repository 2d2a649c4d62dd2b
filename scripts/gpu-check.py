"""Compares the accelerators that `kingbolt doctor --json` found with what NVIDIA's driver says itself.

Usage: gpu-check.py DOCUMENT
"""

import ctypes
import json
import sys

MAJOR, MINOR = 75, 76

# Adds one to each number. PTX of a version that every driver since CUDA 11 compiles, for the oldest GPUs that have one.
KERNEL = b"""
.version 7.0
.target sm_50
.address_size 64
.visible .entry add_one(.param .u64 pointer)
{
    .reg .u64 %address, %offset;
    .reg .u32 %index, %value;
    ld.param.u64 %address, [pointer];
    cvta.to.global.u64 %address, %address;
    mov.u32 %index, %tid.x;
    mul.wide.u32 %offset, %index, 4;
    add.u64 %address, %address, %offset;
    ld.global.u32 %value, [%address];
    add.u32 %value, %value, 1;
    st.global.u32 [%address], %value;
    ret;
}
"""
COUNT = 32


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = json.load(file)["accelerator"]
    cuda = load("libcuda.so.1", "nvcuda.dll")
    if cuda is None:
        sys.exit("error: the library of NVIDIA's driver (libcuda) cannot be loaded: this machine has no such GPU, or no driver")
    check(cuda.cuInit(0), "cuInit")
    count = ctypes.c_int()
    check(cuda.cuDeviceGetCount(ctypes.byref(count)), "cuDeviceGetCount")
    if count.value == 0:
        sys.exit("error: the driver knows no GPU")
    devices = [device(cuda, number) for number in range(count.value)]
    for number, (name, capability) in enumerate(devices):
        print(f"GPU {number}: {name}, compute capability {capability}, the kernel ran: {run_kernel(cuda, number)}")
    version = ctypes.c_int()
    check(cuda.cuDriverGetVersion(ctypes.byref(version)), "cuDriverGetVersion")
    newest = f"{version.value // 1000}.{version.value % 1000 // 10}"
    print(f"CUDA {newest}, driver {driver_version()}")
    compare(found, devices, newest)


def compare(found, devices, newest):
    nvidia = [gpu for gpu in found["gpus"] if gpu["vendor"] == "nvidia"]
    expected = {
        "state": "usable",
        "compute capabilities": sorted(capability for _, capability in devices),
        "driver": driver_version(),
        "CUDA": newest,
    }
    actual = {
        "state": found["state"],
        "compute capabilities": sorted(str(gpu["architecture"]) for gpu in nvidia),
        "driver": found["driver"],
        "CUDA": found["cuda"],
    }
    # Without NVML the driver does not tell its own version.
    wrong = [name for name, value in expected.items() if value is not None and actual[name] != value]
    for name in wrong:
        print(f"Kingbolt says {name} {actual[name]}, the driver {expected[name]}", file=sys.stderr)
    if wrong:
        sys.exit(f"error: {len(wrong)} facts differ")
    print("Kingbolt and the driver agree")


def device(cuda, number):
    handle, name = ctypes.c_int(), ctypes.create_string_buffer(256)
    check(cuda.cuDeviceGet(ctypes.byref(handle), number), "cuDeviceGet")
    check(cuda.cuDeviceGetName(name, 255, handle), "cuDeviceGetName")
    numbers = []
    for attribute in (MAJOR, MINOR):
        value = ctypes.c_int()
        check(cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, handle), "cuDeviceGetAttribute")
        numbers.append(value.value)
    return name.value.decode("utf-8", "replace"), "%d.%d" % tuple(numbers)


def run_kernel(cuda, number):
    """Lets the driver compile the kernel and run it on a GPU, and checks what it computed."""
    handle, context, module, function = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    pointer = ctypes.c_uint64()
    check(cuda.cuDeviceGet(ctypes.byref(handle), number), "cuDeviceGet")
    check(cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), handle), "cuDevicePrimaryCtxRetain")
    check(cuda.cuCtxSetCurrent(context), "cuCtxSetCurrent")
    check(cuda.cuModuleLoadData(ctypes.byref(module), ctypes.c_char_p(KERNEL)), "cuModuleLoadData")
    check(cuda.cuModuleGetFunction(ctypes.byref(function), module, b"add_one"), "cuModuleGetFunction")
    numbers = (ctypes.c_uint32 * COUNT)(*range(COUNT))
    size = ctypes.c_size_t(ctypes.sizeof(numbers))
    check(cuda.cuMemAlloc_v2(ctypes.byref(pointer), size), "cuMemAlloc")
    check(cuda.cuMemcpyHtoD_v2(pointer, numbers, size), "cuMemcpyHtoD")
    parameters = (ctypes.c_void_p * 1)(ctypes.cast(ctypes.byref(pointer), ctypes.c_void_p))
    check(cuda.cuLaunchKernel(function, 1, 1, 1, COUNT, 1, 1, 0, None, parameters, None), "cuLaunchKernel")
    check(cuda.cuMemcpyDtoH_v2(numbers, pointer, size), "cuMemcpyDtoH")
    check(cuda.cuMemFree_v2(pointer), "cuMemFree")
    if list(numbers) != list(range(1, COUNT + 1)):
        sys.exit(f"error: the kernel computed {list(numbers)}")
    return "yes"


def driver_version():
    """The driver in the kernel, by NVIDIA's library for management; `None` without that library."""
    nvml = load("libnvidia-ml.so.1", "nvml.dll")
    if nvml is None or nvml.nvmlInit_v2() != 0:
        return None
    version = ctypes.create_string_buffer(96)
    failed = nvml.nvmlSystemGetDriverVersion(version, 95)
    return None if failed else version.value.decode("ascii", "replace")


def load(*names):
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def check(code, call):
    if code != 0:
        sys.exit(f"error: {call} failed with error {code}")


main()
