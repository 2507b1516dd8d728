"""How long it takes to begin: `import glassnet` beside `import numpy`, `load_mnist` beside plain unpacking.

Run with `python benchmarks/start_up.py`. Each command runs in a fresh process, in turn, and the medians are printed
with their ratios.
"""

import statistics
import subprocess
import sys

RUNS = 7
UNPACK = (
    "import gzip, pathlib, glassnet; folder = pathlib.Path(glassnet.__file__).parent / 'data' / 'mnist';"
    "{clock}; [gzip.decompress(path.read_bytes()) for path in folder.glob('*.gz')]"
)
COMMANDS = {
    "import numpy": "{clock}; import numpy",
    "import glassnet": "{clock}; import glassnet",
    "gzip.decompress MNIST": UNPACK,
    "load_mnist()": "import glassnet; {clock}; glassnet.load_mnist()",
}
BASES = {"import glassnet": "import numpy", "load_mnist()": "gzip.decompress MNIST"}


def seconds(code: str) -> float:
    """Run the code in a fresh process, and return the seconds after `{clock}`."""
    timed = code.format(clock="import time; start = time.perf_counter()") + "; print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Measure all commands in turn, and print medians and ratios."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, code in COMMANDS.items():
            times[name].append(seconds(code))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        base = BASES.get(name)
        ratio = f"   {median / medians[base]:.2f} × {base}" if base else ""
        print(f"{name:24} {median:.3f} s{ratio}")


if __name__ == "__main__":
    main()
