import gzip
import os
import subprocess
import sys

import pytest

from glassnet.data.files import (
    check_file,
    check_folder,
    check_path,
    opened,
    read_bytes,
    write_atomically,
)
from glassnet.mathematics.checks import ArgumentTypeError, DataError, GlassnetError, MissingFileError


def names_in(folder):
    return [path.name for path in folder.iterdir()]


def test_a_missing_file_is_named_and_its_neighbour_suggested(tmp_path):
    (tmp_path / "mnist_train.csv").write_text("")
    with pytest.raises(
        MissingFileError, match=r"mnist_trian\.csv is not there.*Did you mean 'mnist_train\.csv'\?"
    ) as caught:
        check_file(tmp_path / "mnist_trian.csv")
    assert isinstance(caught.value, FileNotFoundError)


@pytest.mark.parametrize("nonsense", [None, 3, b"bytes", ["a"]])
def test_what_is_no_path_is_refused(nonsense):
    with pytest.raises(ArgumentTypeError, match="path must be a str or a path"):
        check_path(nonsense)


@pytest.mark.parametrize("path", ["nul\0byte", "n" * 5000])
def test_an_impossible_path_is_one_error(path):
    with pytest.raises(DataError):
        check_path(path)


def test_folder_file_and_pipe_are_told_apart(tmp_path):
    file, pipe = tmp_path / "file", tmp_path / "pipe"
    file.write_bytes(b"1")
    os.mkfifo(pipe)
    assert check_file(str(file)) == file
    assert check_folder(tmp_path) == tmp_path
    with pytest.raises(DataError, match="is a folder"):
        read_bytes(tmp_path)
    with pytest.raises(DataError, match="is a file; a folder is expected"):
        check_folder(file)
    with pytest.raises(DataError, match="device or a pipe"):
        read_bytes(pipe)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_one_error(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"1")
    path.chmod(0)
    with pytest.raises(DataError, match="cannot be read: Permission denied"):
        read_bytes(path)


def test_opened_unpacks_by_content_not_by_name(tmp_path):
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.csv"
    plain.write_bytes(b"content")
    packed.write_bytes(gzip.compress(b"content"))
    for path in (plain, packed):
        with opened(path) as stream:
            assert stream.read() == b"content"


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-9], lambda raw: raw[:20] + b"\xff" + raw[21:], lambda raw: raw[:5]]
)
def test_opened_turns_damage_into_one_error(tmp_path, damage):
    path = tmp_path / "x.gz"
    path.write_bytes(damage(gzip.compress(bytes(range(256)))))
    with pytest.raises(DataError, match=r"x\.gz is damaged or cut short"), opened(path) as stream:
        stream.read()


def test_opened_lets_errors_of_ours_through(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"1")
    with pytest.raises(MissingFileError, match="other"), opened(path):
        check_file(tmp_path / "other")


def test_writing_replaces_the_whole_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "model.bin"
    write_atomically(path, b"old")
    assert write_atomically(str(path), b"new content") == path
    assert path.read_bytes() == b"new content"
    assert names_in(tmp_path) == ["model.bin"]


def test_failed_writing_leaves_what_was_there(tmp_path):
    folder = tmp_path / "taken"
    folder.mkdir()
    for path in (folder, tmp_path / "no" / "folder"):
        with pytest.raises(DataError, match="cannot be written"):
            write_atomically(path, b"1")
    assert names_in(tmp_path) == ["taken"]


def test_a_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "from glassnet.data.files import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_atomically(sys.argv[1], bytes(100_000))\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "DataError" in result.stderr
    assert "model.bin cannot be written" in result.stderr
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["model.bin"]


def test_every_error_here_is_of_the_family(tmp_path):
    with pytest.raises(GlassnetError):
        read_bytes(tmp_path)
