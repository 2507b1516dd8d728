"""Fashion-MNIST: the same form as MNIST, with clothes instead of digits, and harder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from glassnet.data.download import cache_folder, fetch
from glassnet.data.files import GZIP_MAGIC, check_folder, read_bytes, write_atomically
from glassnet.data.gzipped import gunzip
from glassnet.data.idx import decode_idx
from glassnet.data.idx_folder import TEST, TRAIN, SplitNames, find_idx
from glassnet.data.labels import check_labels
from glassnet.data.mnist_loader import arrange_split
from glassnet.mathematics.checks import DataError, MissingFileError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

    from glassnet.data.dataset import Split

FASHION_CLASSES: Final = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
BASE_URL: Final = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
MAX_SIZE: Final = 64 << 20  # the largest of the four has 26 MB packed and 47 MB unpacked
# SHA-256 of the unpacked content: distributions pack the files anew, so that the packed bytes differ.
DIGESTS: Final = {
    TRAIN.images: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    TRAIN.labels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    TEST.images: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    TEST.labels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def load_fashion_mnist(
    folder: str | os.PathLike[str] | None = None,
    *,
    download: bool = False,
    base_url: str = BASE_URL,
    normalize: bool = True,
    flatten: bool = True,
    one_hot_label: bool = False,
) -> tuple[Split, Split]:
    """Load Fashion-MNIST from a folder, or from the cache after having fetched it.

    Parameters
    ----------
    folder : str or path-like, optional
        A folder with the four IDX files, plain or `.gz`; without it, the cache folder of the user.
    download : bool
        True: fetch from `base_url` what the folder lacks (31 MB in all), and keep it there.
    base_url : str
        Where the four `.gz` files are.
    normalize, flatten, one_hot_label : bool
        As in `load_mnist`.

    Returns
    -------
    (x_train, t_train), (x_test, t_test)
        60,000 and 10,000 samples; `FASHION_CLASSES` names the classes.

    Raises
    ------
    MissingFileError
        If a file is missing and `download` is False.
    DataError
        If a file is damaged or not Fashion-MNIST's, or cannot be fetched.

    Notes
    -----
    The unpacked content of each file is compared with its SHA-256 digest, before it is kept and whenever it is
    read: MNIST's own files have the same names.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms", arXiv:1708.07747, 2017. The data is under the MIT licence of Zalando SE.

    Examples
    --------
    >>> load_fashion_mnist("no/such/folder")
    Traceback (most recent call last):
    glassnet.mathematics.checks.MissingFileError: no/such/folder is not there. Check the path.
    """
    place = check_folder(folder) if folder is not None else _cache(create=download)

    def load_split(names: SplitNames) -> Split:
        images, labels = (
            _read_verified(place, name, base_url if download else None) for name in (names.images, names.labels)
        )
        n_classes = len(FASHION_CLASSES)
        indices = check_labels(labels, names.labels, n_classes)
        return arrange_split(
            images, indices, n_classes, normalize=normalize, flatten=flatten, one_hot_label=one_hot_label
        )

    return load_split(TRAIN), load_split(TEST)


def _cache(*, create: bool) -> Path:
    place = cache_folder() / "fashion-mnist"
    if create:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"the cache folder {place} cannot be made: {error.strerror}. Give folder=, "
                "or set XDG_CACHE_HOME to a folder that can be written."
            ) from None
    return place


def _read_verified(folder: Path, name: str, base_url: str | None) -> NDArray[Any]:
    path = find_idx(folder, name)
    if path is None and base_url is None:
        raise MissingFileError(
            f"{folder / name} is not there, plain or as .gz. Fetch it with load_fashion_mnist(download=True), "
            "or give the folder that holds the four files."
        )
    if path is not None:
        return _verified(read_bytes(path), name, path)
    url = f"{str(base_url).rstrip('/')}/{name}.gz"
    packed = fetch(url, at_most=MAX_SIZE)
    array = _verified(packed, name, url)
    write_atomically(folder / f"{name}.gz", packed)
    return array


def _verified(raw: bytes, name: str, source: str | os.PathLike[str]) -> NDArray[Any]:
    content = gunzip(raw, source, at_most=MAX_SIZE) if raw.startswith(GZIP_MAGIC) else raw
    if hashlib.sha256(content).hexdigest() != DIGESTS[name]:
        raise DataError(
            f"{source} is damaged or of another data set: the SHA-256 digest of its unpacked content is not "
            "Fashion-MNIST's. Fetch it again."
        )
    return decode_idx(content, source)
