"""A benchmark in a process of its own, where nothing but the code differs.

One thread, memory that is kept once it was used, and the kernels that OpenBLAS chooses
for the processor: other libraries, too, use all that it can do.
"""

import json
import os
import subprocess
import sys

from benchmarks.results import Result
from tools.tasks import ROOT

SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
}
# Set where old versions of OpenBLAS are wrong; they keep a new one from its best.
CHOICES = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}


def measured_alone(module):
    """Run a module in a fresh process, and return the results that it prints."""
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    settings = {"cwd": ROOT, "env": environment(), "text": True}
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, **settings)
    return [Result(*result) for result in json.loads(ran.stdout)]


def environment():
    """Return the settings; how it multiplies, OpenBLAS chooses for itself."""
    kept = {name: value for name, value in os.environ.items() if name not in CHOICES}
    return kept | SETTINGS
