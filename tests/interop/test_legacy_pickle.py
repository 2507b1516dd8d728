import codecs
import copyreg
import io
import pickle
import struct
import subprocess
import sys
import tracemalloc
from collections import OrderedDict, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data.mnist_loader import load_mnist
from glassnet.interop.legacy_pickle import read_legacy_pickle, read_next_pickle
from glassnet.mathematics.checks import DataError, MissingFileError

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
PROTOCOLS = range(6)
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} with the lectures' weights is not there")


def read(folder, content):
    path = folder / "weights.pkl"
    path.write_bytes(content)
    return read_legacy_pickle(path)


def assert_same(got, expected):
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype.newbyteorder("=")
    assert got.dtype.isnative
    assert got.shape == expected.shape
    np.testing.assert_array_equal(got, expected)


ARRAYS = {
    "float32": np.arange(6, dtype=np.float32).reshape(2, 3),
    "columns first": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big endian": np.arange(-3, 3, dtype=">i4"),
    "half": np.array([0.5, -2], np.float16),
    "bytes": np.arange(256, dtype=np.uint8),
    "truth": np.array([[True, False]]),
    "complex": np.array([1 + 2j]),
    "text": np.array(["한글", "b", ""]),
    "old text": np.array([b"W1", b"\xff"]),
    "empty": np.zeros((0, 3)),
    "a number": np.array(5.0),
    "turned": np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1),
    "every second": np.arange(10)[::2],
    "read only": np.frombuffer(bytes(8), np.int32),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ARRAYS)
def test_every_kind_of_array(tmp_path, name, protocol):
    got = read(tmp_path, pickle.dumps(ARRAYS[name], protocol))
    assert_same(got, ARRAYS[name])
    assert got.flags.writeable
    assert got.flags.c_contiguous
    assert got.flags.owndata


@given(
    array=hnp.arrays(
        hnp.integer_dtypes(endianness="?")
        | hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64))
        | hnp.boolean_dtypes(),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    ),
    protocol=st.sampled_from(PROTOCOLS),
)
def test_any_array(tmp_path_factory, array, protocol):
    assert_same(np.asarray(read(tmp_path_factory.mktemp("pickle"), pickle.dumps(array, protocol))), array)


SIMPLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(-(2**60) + 1, 2**60 - 1), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=SIMPLE, protocol=st.sampled_from(PROTOCOLS))
def test_any_simple_value(tmp_path_factory, value, protocol):
    assert read(tmp_path_factory.mktemp("pickle"), pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_dict_of_arrays_and_what_may_stand_beside_them(tmp_path, protocol):
    weights = {"W1": np.ones((2, 3)), "b1": np.float32(0.5), "flag": np.bool_(True), "shapes": [(2, 3), None]}
    got = read(tmp_path, pickle.dumps(weights, protocol))
    assert list(got) == list(weights)
    assert_same(got["W1"], weights["W1"])
    assert (type(got["b1"]), got["b1"], got["flag"], got["shapes"]) == (np.float32, 0.5, True, [(2, 3), None])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_sets_and_ordered_dicts(tmp_path, protocol):
    stored = {
        "seen": {1, 2.5, "x", None},
        "fixed": frozenset([3]),
        "labels": {np.int64(7), np.int64(2)},
        "none": set(),
        "params": OrderedDict([("W2", np.ones(2)), ("b1", 1)]),
    }
    got = read(tmp_path, pickle.dumps(stored, protocol))
    params, expected = got.pop("params"), stored.pop("params")
    assert got == stored
    assert (type(got["fixed"]), type(params), list(params)) == (frozenset, OrderedDict, ["W2", "b1"])
    assert_same(params["W2"], expected["W2"])


def test_an_ordered_dict_of_python_2(tmp_path):
    got = read(tmp_path, b"ccollections\nOrderedDict\n((lp1\n(lp2\nS'W1'\naI3\naatR.")
    assert got == OrderedDict(W1=3)


def test_pickles_that_follow_each_other():
    file = io.BytesIO(pickle.dumps(np.arange(3), 4) + pickle.dumps({"a": 1}, 0) + pickle.dumps("last", 2) + b"K")
    assert read_next_pickle(file, "some").tolist() == [0, 1, 2]
    assert read_next_pickle(file, "some") == {"a": 1}
    assert read_next_pickle(file, "some") == "last"
    with pytest.raises(DataError, match=r"some, byte 0: 1 bytes are needed, 0 are left"):
        read_next_pickle(file, "some")
    with pytest.raises(EOFError):
        read_next_pickle(file, "some")


def test_an_array_that_stands_in_two_places_stays_one(tmp_path):
    array = np.zeros(3)
    first, second = read(tmp_path, pickle.dumps([array, array]))
    assert first is second


def python2_array(raw_string_opcode):
    """What Python 2 wrote for numpy.array([1.0, -2.0], '<f4'): its strings were bytes."""
    return (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03"
        b"(K\x01K\x02\x85cnumpy\ndtype\nq\x04U\x02f4K\x00K\x01\x87Rq\x05(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K\x00tb\x89" + raw_string_opcode + b"tb."
    )


@pytest.mark.parametrize(
    "opcode",
    [
        b"U\x08" + np.float32([1, -2]).tobytes(),
        b"T\x08\0\0\0" + np.float32([1, -2]).tobytes(),
        b"S'\\x00\\x00\\x80?\\x00\\x00\\x00\\xc0'\n",
    ],
)
def test_what_python_2_wrote(tmp_path, opcode):
    assert_same(read(tmp_path, python2_array(opcode)), np.float32([1, -2]))


def test_python_2_text_and_numbers(tmp_path):
    content = b"(dp0\nS'caf\\xe9\\n\\'\\\\'\np1\nI01\nsVW\\u0131\np2\nL12L\nsI7\nF1.5\ns."
    assert read(tmp_path, content) == {"café\n'\\": True, "Wı": 12, 7: 1.5}


def test_a_truth_value_is_never_anything_but_0_or_1(tmp_path):
    content = pickle.dumps(np.array([True, False]), 4).replace(b"C\x02\x01\x00", b"C\x02\x07\x00")
    got = read(tmp_path, content)
    assert got.view(np.uint8).tolist() == [1, 0]


@needs_shared
def test_the_weights_of_lecture_002_recognize_9352_digits():
    weights = read_legacy_pickle(SHARED / "sample_weight.pkl")
    assert {name: array.shape for name, array in weights.items()} == {
        "W1": (784, 50), "W2": (50, 100), "W3": (100, 10), "b1": (50,), "b2": (100,), "b3": (10,),
    }  # fmt: skip
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    _, (x, t) = load_mnist()
    for layer in "12":
        x = 1 / (1 + np.exp(-(x @ weights["W" + layer] + weights["b" + layer])))
    assert ((x @ weights["W3"] + weights["b3"]).argmax(axis=1) == t).sum() == 9352


@needs_shared
def test_the_weights_of_lecture_003_recognize_9634_digits():
    hidden, output = (read_legacy_pickle(SHARED / "joy" / name) for name in ("w_xh.weights", "w_hy.weights"))
    assert (hidden.shape, output.shape, hidden.dtype) == ((100, 784), (10, 100), np.float64)
    _, (x, t) = load_mnist()
    a = 1 / (1 + np.exp(-(x.astype(np.float64) @ hidden.T)))
    assert ((a @ output.T).argmax(axis=1) == t).sum() == 9634


class Reduced:
    """Pickles into a call of any function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class Plain:
    pass


def stack_global(module, name):
    return b"\x80\x04" + b"".join(b"\x8c" + bytes([len(word)]) + word.encode() for word in (module, name)) + b"\x93."


HOSTILE = {
    "GLOBAL": (b"cos\nsystem\n(S'echo ran'\ntR.", "os.system"),
    "STACK_GLOBAL": (stack_global("posix", "system"), "posix.system"),
    "dotted name": (stack_global("numpy", "dtype.__class__"), "numpy.dtype.__class__"),
    "INST": (b"(S'echo ran'\nios\nsystem\n.", "os.system"),
    "INST of an admitted name": (b"(S'f4'\ninumpy\ndtype\n.", "class"),
    "OBJ": (b"(cos\nsystem\nS'echo ran'\no.", "os.system"),
    "OBJ of an admitted name": (b"(cnumpy\ndtype\nS'f4'\no.", "OBJ"),
    "NEWOBJ": (b"\x80\x02cnumpy\nndarray\nK\x01\x85\x81.", "NEWOBJ"),
    "eval": (pickle.dumps(Reduced(eval, "print('ran')"), 2), "__builtin__.eval"),
    "eval in a dict": (pickle.dumps({"W1": np.ones(2), "b1": Reduced(eval, "print('ran')")}), "builtins.eval"),
    "eval as a key": (b"}(cbuiltins\neval\n(V1\ntRK\x01u.", "builtins.eval"),
    "getattr": (pickle.dumps(Reduced(getattr, [], "append")), "builtins.getattr"),
    "copyreg": (pickle.dumps(Plain(), 0), "copy_reg._reconstructor"),
    "copyreg extension": (b"\x80\x02\x82\x05.", "EXT1"),
    "codecs": (pickle.dumps(Reduced(codecs.decode, b"x", "zlib")), "_codecs.decode"),
    "codecs otherwise": (b"c_codecs\nencode\n(Vx\nVrot13\ntR.", "latin1"),
    "numpy.load": (pickle.dumps(Reduced(np.load, "x")), "numpy.load"),
    "numpy.lib": (b"cnumpy.lib.npyio\nload\n.", "numpy.lib.npyio.load"),
    "numpy.f2py": (b"cnumpy.f2py\ncompile\n(Vx\ntR.", "numpy.f2py.compile"),
    "numpy.matrix": (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nmatrix\n", "numpy.matrix"),
    "other subtype": (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntVb\ntR.", "numpy.dtype"),
    "ndarray called": (b"cnumpy\nndarray\n((I1\nttR.", "numpy.ndarray"),
    "a class": (pickle.dumps(Plain()), "Plain"),
    "a set of tuples": (pickle.dumps({(1, 2)}, 4), "a set holds a tuple"),
    "a set of long numbers": (pickle.dumps({2**61}, 4), "a set holds 2305843009213693952"),
    "a set of a text": (b"cbuiltins\nset\n(VW1\ntR.", "a set of 'W1'"),
    "an OrderedDict of no pairs": (b"ccollections\nOrderedDict\n((lV1\natR.", "made of '1'"),
    "a defaultdict": (pickle.dumps(defaultdict(list)), "collections.defaultdict"),
    "a persistent id": (b"Pfile\n.", "PERSID"),
    "a binary persistent id": (b"\x80\x02K\x01Q.", "BINPERSID"),
    "an outer buffer": (b"\x80\x05\x97.", "NEXT_BUFFER"),
    "objects": (pickle.dumps(np.array([1, "a", None], object)), "Python objects"),
    "records": (pickle.dumps(np.zeros(2, [("a", "i4")])), "'V4'"),
    "dates": (pickle.dumps(np.zeros(2, "M8[s]")), "'M8'"),
    "long double": (pickle.dumps(np.zeros(2, np.longdouble)), "'f"),
    "a dtype": (pickle.dumps(np.dtype("f4")), "DtypeRecord"),
    "a function by itself": (b"cnumpy\ndtype\n.", "numpy.dtype"),
    "state of a dict": (b"}}b.", "state of a dict"),
    "a call of a text": (b"Vos.system\n(tR.", "no function"),
    "an unfinished array": (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR.", "does not fill"),
    "a tuple as a key": (pickle.dumps({(1, 2): 3}), "a dict has the key a tuple"),
    "protocol 6": (b"\x80\x06N.", "protocol 6"),
    "gzip": (b"\x1f\x8b\x08\0\0", "gzipped"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_all_else_is_refused_by_name(tmp_path, name, capfd):
    content, refused = HOSTILE[name]
    with pytest.raises(DataError, match=rf"weights\.pkl.*{refused}"):
        read(tmp_path, content)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_imported(tmp_path):
    path = tmp_path / "evil.pkl"
    path.write_bytes(b"cthis\ns\n.")
    code = (
        "import sys; from glassnet.interop.legacy_pickle import read_legacy_pickle\n"
        "try: read_legacy_pickle(sys.argv[1])\n"
        "except ValueError as error: print(error)\n"
        "print('this' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "'this.s'" in result.stdout
    assert result.stdout.endswith("False\n")


def test_a_registered_extension_is_no_way_in(tmp_path):
    copyreg.add_extension("builtins", "print", 0xF0)
    try:
        content = pickle.dumps(print, 2)
        assert b"\x82\xf0" in content
        with pytest.raises(DataError, match="EXT1"):
            read(tmp_path, content)
    finally:
        copyreg.remove_extension("builtins", "print", 0xF0)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_cut_is_one_error(tmp_path, protocol):
    whole = pickle.dumps({"W1": np.arange(4.0), "b1": [1, -2.5, "x", True]}, protocol)
    for end in range(0, len(whole), 3):
        with pytest.raises(DataError, match=r"weights\.pkl"):
            read(tmp_path, whole[:end])
    with pytest.raises(DataError, match="7 bytes follow"):
        read(tmp_path, whole + b"another")


def check_outcome(folder, content):
    try:
        outcome = read(folder, content)
    except DataError as error:
        outcome = error
    assert not isinstance(outcome, DataError) or "weights.pkl" in str(outcome)


@given(st.data())
def test_damage_is_one_error_or_some_value(tmp_path_factory, data):
    protocol = data.draw(st.sampled_from(PROTOCOLS))
    whole = bytearray(pickle.dumps({"W": np.arange(3), "b": [1, "x", 2.5, (None,)]}, protocol))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    check_outcome(tmp_path_factory.mktemp("pickle"), bytes(whole))


@given(st.binary(max_size=60) | st.text("(.)]}tRbNIus01\n2q\x00\x85cK", max_size=60).map(str.encode))
def test_junk_is_one_error_or_some_value(tmp_path_factory, content):
    check_outcome(tmp_path_factory.mktemp("pickle"), content)


def array_pickle(shape, dtype=b"f8", raw=bytes(8)):
    """An array of a file that may lie about itself."""
    return (
        b"\x80\x04cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01btR(K\x01"
        + pickle.dumps(shape, 2)[2:-1]
        + b"cnumpy\ndtype\n(\x8c"
        + bytes([len(dtype)])
        + dtype
        + b"\x89\x88tR(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89B"
        + struct.pack("<I", len(raw))
        + raw
        + b"tb."
    )


def laughs(depth, pair):
    """Each level holds the one below it twice."""
    return b"\x80\x02)" + b"".join(b"q" + bytes([n]) + b"h" + bytes([n]) + pair for n in range(depth)) + b"."


BOMBS = {
    "shape": array_pickle((10**12,)),
    "product of shape": array_pickle((2**40, 2**40, 2**40)),
    "product that wraps round": array_pickle((2**61, 8)),
    "negative shape": array_pickle((-1,)),
    "truth as shape": array_pickle((True,)),
    "list as shape": array_pickle([1]),
    "100 dimensions": array_pickle((1,) * 100),
    "long text": array_pickle((1,), b"U999999999"),
    "text of no length": array_pickle((10**9,), b"S0", b""),
    "text that is none": array_pickle((1,), b"U2", b"\xff" * 8),
    "memo": b"Nr\xff\xff\xff\xff.",
    "memo by text": b"Np" + b"9" * 50 + b"\n.",
    "frame": b"\x80\x04\x95" + b"\xff" * 8 + b"N.",
    "bytes": b"\x8e" + b"\xff" * 7 + b"\x7f.",
    "bytearray": b"\x80\x05\x96" + b"\xff" * 7 + b"\x7f.",
    "long": b"\x80\x02\x8b\xff\xff\xff\x7f.",
    "negative long": b"\x80\x02\x8b\xff\xff\xff\xff.",
    "digits": b"L" + b"9" * 100_000 + b"L\n.",
    "nested lists": b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    "nested tuples": b"\x80\x02)" + b"\x85" * 100_000 + b".",
    "nested dicts": b"(" * 100_000 + b"d" * 100_000 + b".",
    "a list in itself": b"\x80\x02]q\x00h\x00a.",
    "laughing tuples": laughs(200, b"\x86"),
    "laughs as a key": laughs(200, b"\x86")[:-1].replace(b"\x80\x02", b"\x80\x02}") + b"Ns.",
    "laughs as an argument": b"c_codecs\nencode\nVx\n" + laughs(200, b"\x86")[2:-1] + b"\x86R.",
    "laughs as a state": b"cnumpy\ndtype\nVf4\n\x85R" + laughs(200, b"\x86")[2:-1] + b"b.",
    "laughs called": laughs(200, b"\x86")[:-1] + b")R.",
    "the same bytes again": (
        b"c_codecs\nencode\nq\x00V" + b"x" * 100_000 + b"\nVlatin1\n\x86q\x010" + b"h\x00h\x01R0" * 3000 + b"N."
    ),
}


@pytest.mark.parametrize("name", [name for name in BOMBS if name not in {"memo", "frame"}])
def test_bombs_are_refused_in_little_memory(tmp_path, name):
    tracemalloc.start()
    with pytest.raises(DataError, match=r"weights\.pkl"):
        read(tmp_path, BOMBS[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


@pytest.mark.parametrize("name", ["memo", "frame"])
def test_bombs_that_only_look_like_one(tmp_path, name):
    tracemalloc.start()
    assert read(tmp_path, BOMBS[name]) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_arrays_that_share_their_bytes_fill_no_memory(tmp_path):
    shared = bytes(100_000)
    reconstruct, arguments, _ = np.zeros(1).__reduce__()
    dtype = np.dtype("u1")

    class One:
        def __reduce__(self):
            return reconstruct, arguments, (1, (100_000,), dtype, False, shared)

    content = pickle.dumps([One() for _ in range(2000)], 4)
    assert len(content) < 300_000
    tracemalloc.start()
    with pytest.raises(DataError, match=r"again and again|share their bytes"):
        read(tmp_path, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_missing_and_folder(tmp_path):
    with pytest.raises(MissingFileError):
        read_legacy_pickle(tmp_path / "none.pkl")
    with pytest.raises(DataError, match="is a folder"):
        read_legacy_pickle(tmp_path)
    with pytest.raises(DataError, match="cut short or no pickle"):
        read(tmp_path, b"")
