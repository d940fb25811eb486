"""Run the notebooks as other processors would: their stored outputs must not change.

OpenBLAS chooses its kernels by the processor; OPENBLAS_CORETYPE chooses for it. The
older kernels stand in for processors without AVX2, and for other families.

    python -m tools.kernels [KERNEL ...]
"""

import os
import subprocess
import sys
from pathlib import Path

from threadpoolctl import threadpool_info

ROOT = Path(__file__).resolve().parent.parent
KERNELS = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "SkylakeX")
OTHER_NAMES = {"katmai": "prescott"}  # OpenBLAS shares them, and says the older name
THREADS = (1, 2)
CORES = 2
QUESTION = "import numpy; from tools.kernels import chosen; print(chosen())"
PYTEST = ("-m", "pytest", "chapters", "--dist", "loadfile", "-q")
PATIENT = "--nbval-cell-timeout=600"  # threads that wait for each other take their time


def chosen():
    """The kernels that this process's OpenBLAS uses, or none without an OpenBLAS."""
    return next((info.get("architecture") for info in threadpool_info()), None)


def settings(kernel, threads):
    """The environment in which OpenBLAS uses this kernel and so many threads."""
    both = {name: str(threads) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
    return os.environ | both | {"OPENBLAS_CORETYPE": kernel}


def python(*arguments, environment, **options):
    """Run this Python on arguments in the project's folder."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, **options)


def obeyed(kernel):
    """Whether this machine's OpenBLAS uses the kernel when it is told to."""
    environment = settings(kernel, 1)
    asked = python("-c", QUESTION, environment=environment, stdout=subprocess.PIPE)
    name = asked.stdout.decode().strip().lower()
    return OTHER_NAMES.get(name, name) == kernel.lower()


def changed(kernels):
    """Run the notebooks in each setting; return those in which an output changed."""
    found = []
    for kernel in kernels:
        if not obeyed(kernel):
            print(f"{kernel}: not to be had on this machine, skipped", flush=True)
            continue
        for threads in THREADS:
            print(f"{kernel}, {threads} thread(s):", flush=True)
            at_once = ("--numprocesses", str(CORES // threads))
            ran = python(
                *PYTEST, PATIENT, *at_once, environment=settings(kernel, threads)
            )
            if ran.returncode:
                found.append(f"{kernel} with {threads}")
    return found


def main(names):
    """Try the named kernels, or all of them."""
    unknown = sorted(set(names) - set(KERNELS))
    if unknown:
        sys.exit(f"kernel must be one of {', '.join(KERNELS)}, but is {unknown[0]}")
    if found := changed(names or KERNELS):
        sys.exit(f"Outputs depend on the processor: {', '.join(found)}")


if __name__ == "__main__":
    main(sys.argv[1:])
