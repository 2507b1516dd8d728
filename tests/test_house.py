"""The house rules of the design: imports go downwards only, and `import glassnet` stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import glassnet

PACKAGE = Path(glassnet.__file__).parent
FLOORS = {
    "__main__": 7,
    "cli": 6, "playground": 6, "sklearn": 6,
    "model": 5, "frameworks": 5, "legacy": 5, "__init__": 5,
    "glass": 4, "interop": 4, "lessons": 4,
    "training": 3, "engine": 3,
    "network": 2, "data": 2,
    "mathematics": 1, "version": 1,
}  # fmt: skip
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_modules(path: Path):
    """Every module that a file imports, inside functions too, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                base = node.module or ""
            else:
                folder = path.parent
                for _ in range(node.level - 1):
                    folder = folder.parent
                parts = (
                    "glassnet",
                    *folder.relative_to(PACKAGE).parts,
                    *([node.module] if node.module else []),
                )
                base = ".".join(parts)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path):
    for name in imported_modules(path):
        parts = name.split(".")
        if parts[0] == "glassnet":
            inner = parts[1] if len(parts) > 1 else "__init__"
            yield inner if inner in FLOORS else "__init__"


def test_every_module_stands_on_a_floor():
    assert {room(path) for path in MODULES} <= set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path):
    here = room(path)
    for there in rooms_imported(path):
        if path == PACKAGE / "__init__.py":
            assert FLOORS[there] <= FLOORS["__init__"]
        elif there != here:
            # Of the two rooms on floor 3, training works with the engine; the engine knows nothing of training.
            # So do those on floor 6: a command starts the playground. What other libraries made becomes a Network.
            beside = {("training", "engine"), ("cli", "playground"), ("frameworks", "model")}
            below = FLOORS[there] < FLOORS[here] or (here, there) in beside
            assert below, f"{path.name} on floor {FLOORS[here]} imports {there}"


def test_mathematics_needs_numpy_alone():
    allowed = {"numpy", "glassnet"} | sys.stdlib_module_names
    for path in (PACKAGE / "mathematics").rglob("*.py"):
        assert {name.split(".")[0] for name in imported_modules(path)} <= allowed, path


def test_import_is_light():
    heavy = (
        "numba",
        "matplotlib",
        "PIL",
        "rich",
        "safetensors",
        "scipy",
        "torch",
        "starlette",
        "uvicorn",
        "websockets",
        "threadpoolctl",
    )
    for what in ("glassnet", "glassnet.cli.main"):
        code = f"import sys, {what}; glassnet.Network; print([name for name in {heavy!r} if name in sys.modules])"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[]", what


def test_numba_is_needed_by_the_compiled_executor_alone():
    code = """
import sys
sys.modules["numba"] = None
import glassnet as gn
net = gn.Network([gn.Dense(2, 3), gn.Tanh(), gn.Dense(3, 1)], loss="mean_squared_error", seed=0)
net.fit([[0, 1], [1, 0]], [0, 1], epochs=2, batch_size=1, verbose=0)
print(net.predict([[0, 1]]).shape)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "(1, 1)"
