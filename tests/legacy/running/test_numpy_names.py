"""What NumPy removed: every name is there for a run, and does what it did."""

import numpy as np
import pytest

from glassnet.legacy.running.numpy_names import NAMES, lost_names


def test_numpys_own_list_of_what_it_removed_is_covered():
    expired = pytest.importorskip("numpy._expired_attrs_2_0", reason="this NumPy keeps no list").__expired_attributes__
    assert set(expired) - {"compat", "array_api"} <= set(NAMES)


@pytest.mark.parametrize("name", sorted(lost_names()))
def test_no_name_is_empty(name):
    assert lost_names()[name] is not None


def test_types_and_their_tables(run):
    out, _ = run("""
        import numpy as np
        print(np.cast["int32"](3.7), np.nbytes["f"], np.nbytes[np.float64], np.sctypes["float"][1].__name__)
        print(np.find_common_type([np.float32], [np.int64, np.float64]), np.find_common_type([np.int8], [np.float64]))
        print(np.obj2sctype("f8").__name__, np.obj2sctype(np.zeros(1, "i2")).__name__, np.obj2sctype(3, 5))
        print(np.issctype(np.int32), np.issctype(3), np.issubclass_(int, object), np.issubclass_(3, int))
        print(np.issubsctype(np.zeros(1), np.floating), np.maximum_sctype(np.int8).__name__, np.sctype2char(float))
        print(np.typeDict["float64"].__name__, np.NAN, np.NINF, np.Infinity, np.bool8(1), np.unicode_("x"))
    """)
    assert out.splitlines() == [
        "3 4 8 float32",
        "float32 float64",
        "float64 int16 5",
        "True False True False",
        "True int64 d",
        "float64 nan -inf inf True x",
    ]


def test_functions(run, tmp_path):
    (tmp_path / "t.csv").write_text("A,b\n1,2.5\n3,4\n", encoding="utf-8")
    out, _ = run(
        """
        import numpy as np, warnings
        table = np.recfromcsv("t.csv")
        print(table.a, table.b, np.safe_eval("[1, 2]"), np.alen([[1, 2]]), np.alen(3))
        np.disp("said")
        x = np.eye(2)
        np.who({"x": x})
        print(np.compare_chararrays(np.array(["a"]), np.array(["b"]), "<", True), np.fastCopyAndTranspose([[1, 2]]))
        low, high = np.byte_bounds(x)
        print(high - low, np.percentile([1, 2], 50, interpolation="lower"))
        @np.deprecate
        def f(): return 3
        print(f(), 1 <= np.random.random_integers(6) <= 6)
        warnings.warn("x", np.VisibleDeprecationWarning)
        for name in ("ComplexWarning", "RankWarning"):
            assert issubclass(getattr(np, name), Warning)
        np.lookfor("hyperbolic tangent element-wise")
        np.source(f)
    """.replace(
            'warnings.warn("x", np.VisibleDeprecationWarning)',
            "warnings.simplefilter('ignore', np.VisibleDeprecationWarning)",
        )
    )
    lines = out.splitlines()
    assert lines[0] == "[1 3] [2.5 4. ] [1, 2] 1 1"
    assert lines[1] == "said"
    assert lines[2].split() == ["x", "2", "x", "2", "32", "float64"]
    assert lines[3:6] == ["[ True] [[1]", " [2]]", "32 1"]
    assert lines[6] == "3 True"
    assert "numpy.tanh" in lines


def test_afterwards_they_are_gone(run):
    before = np.percentile
    run("import numpy as np\nnp.cast, np.who")
    assert not hasattr(np, "cast")
    assert np.percentile is before
