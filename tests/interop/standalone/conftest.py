"""Each language's file is run as a user would run it: by a process that has nothing of glassnet's."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn

STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wconversion", "-Wshadow"]
MODULE = """
import { readFileSync } from "node:fs";
const { rows, from } = JSON.parse(readFileSync(0, "utf8"));
const model = await import(from);
const numbers = (y) => Array.from(y, (value) => (Number.isFinite(value) ? value : String(value)));
const result = { y: model.predict(rows).map(numbers), one: numbers(model.predict(Float64Array.from(rows[0]))) };
result.names = model.classNames;
result.metadata = model.metadata;
if (model.classify) result.classes = model.classify(rows);
console.log(JSON.stringify(result));
"""


def run(command, **arguments):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, **arguments)


def as_text(x):
    return "\n".join(",".join(map(repr, row)) for row in np.asarray(x, dtype=np.float64).tolist())


@pytest.fixture
def in_python(tmp_path):
    """Write a network as Python and return its outputs for some rows, and what the module says of itself."""

    def outputs(net, x, **options):
        path = gn.export_python(net, tmp_path / "model.py", **options)
        code = (
            "import json, sys; sys.path.insert(0, sys.argv[1]); import numpy as np, model\n"
            "x = np.load(sys.argv[2])\n"
            "np.save(sys.argv[3], model.predict(x))\n"
            "assert 'glassnet' not in sys.modules\n"
            "classes = model.classify(x).tolist() if hasattr(model, 'classify') else None\n"
            "print(json.dumps({'names': model.CLASS_NAMES, 'metadata': model.METADATA, 'classes': classes}))"
        )
        np.save(tmp_path / "x.npy", x)
        arguments = [str(path.parent), str(tmp_path / "x.npy"), str(tmp_path / "y.npy")]
        done = run([sys.executable, "-I", "-W", "error", "-c", code, *arguments], cwd=tmp_path)
        return np.load(tmp_path / "y.npy"), json.loads(done.stdout)

    return outputs


@pytest.fixture
def in_c(tmp_path):
    """Write a network as C, compile it with every warning an error, and return its outputs and the text behind them."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler on this machine")

    def outputs(net, x, **options):
        path = gn.export_c(net, tmp_path / "model.c", **options)
        program = str(tmp_path / "program")
        run([compiler, *STRICT, "-O1", "-DGLASSNET_MAIN", str(path), "-lm", "-o", program])
        lines = run([program], input=as_text(x), cwd=tmp_path).stdout.splitlines()
        y = [[float(value) for value in line.split("\t")[0].split(",")] for line in lines]
        return np.array(y), [line.partition("\t")[2] for line in lines]

    return outputs


@pytest.fixture
def in_javascript(tmp_path):
    """Write a network as a module and return its outputs in Node, and what the module says of itself."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node on this machine")

    def outputs(net, x, **options):
        path = gn.export_javascript(net, tmp_path / "model.mjs", **options)
        (tmp_path / "run.mjs").write_text(MODULE)
        given = json.dumps({"rows": np.asarray(x, dtype=np.float64).tolist(), "from": path.as_uri()})
        found = json.loads(run([node, "run.mjs"], input=given, cwd=tmp_path).stdout)
        y = np.array(
            [
                [float(value.replace("Infinity", "inf")) if isinstance(value, str) else value for value in row]
                for row in found["y"]
            ]
        )
        assert np.array_equal(
            [float(str(value).replace("Infinity", "inf")) for value in found["one"]], y[0], equal_nan=True
        )
        return y, found

    return outputs


@pytest.fixture(params=["in_python", "in_c", "in_javascript"])
def elsewhere(request):
    """Each of the three in turn, as (net, x) -> outputs."""
    outputs = request.getfixturevalue(request.param)
    return lambda net, x, **options: outputs(net, x, **options)[0]
