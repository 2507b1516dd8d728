"""Libraries that glassnet can do without."""

import pytest

from glassnet.mathematics.checks import MissingLibraryError
from glassnet.mathematics.libraries import need


def test_a_library_that_is_there():
    assert need("json.decoder", extra="onnx", what="reading").__name__ == "json.decoder"


def test_a_missing_library_is_named_with_the_extra_that_brings_it():
    with pytest.raises(MissingLibraryError, match=r"reading needs no_such, .* pip install glassnet\[onnx\]") as caught:
        need("no_such.part", extra="onnx", what="reading")
    assert isinstance(caught.value, ImportError)


def test_a_library_that_lacks_something_itself_says_so(tmp_path, monkeypatch):
    (tmp_path / "lacking_module.py").write_text("import what_it_lacks\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingLibraryError, match=r"cannot be loaded here .*what_it_lacks"):
        need("lacking_module", extra="onnx", what="reading")
