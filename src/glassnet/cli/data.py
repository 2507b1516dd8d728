"""`glassnet data`: look at data, convert it, see how a picture becomes a digit."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import SUCCEEDED, add_common_options, picture_in_text, print_json
from glassnet.cli.sources import add_data_options, read_dataset
from glassnet.cli.values import integer
from glassnet.data.files import write_atomically
from glassnet.data.pictures import digit_from_picture
from glassnet.glass import plots
from glassnet.mathematics.checks import DataError, check_choice

if TYPE_CHECKING:
    from glassnet.data.dataset import Dataset

EPILOG = """\
examples:
  glassnet data info mnist
  glassnet data info --data digits.csv --json
  glassnet data show mnist --index 7
  glassnet data show mnist --grid digits.png
  glassnet data convert mnist --to mnist.npz           .npz, or .csv for training samples and for test samples
  glassnet data info fashion-mnist                     fetched once, with a check of its digests
  glassnet data picture seven.jpg --to stages.png      how a photo becomes a digit
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    style = argparse.RawDescriptionHelpFormatter
    words = "Look at data, convert it, see how a picture becomes a digit."
    parser = commands.add_parser("data", help="look at data", description=words, epilog=EPILOG, formatter_class=style)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    info = actions.add_parser("info", help="how many samples, of what", epilog=EPILOG, formatter_class=style)
    add_data_options(info)
    info.set_defaults(run=run_info)

    show = actions.add_parser("show", help="one sample, or a grid of them", epilog=EPILOG, formatter_class=style)
    add_data_options(show)
    show.add_argument("--index", type=integer(0), default=0, metavar="N", help="which training sample, from 0")
    show.add_argument("--grid", metavar="FILE", help="write the first 100 as a picture (.png, .svg, .pdf)")
    show.set_defaults(run=run_show)

    convert = actions.add_parser("convert", help="write as .npz or .csv", epilog=EPILOG, formatter_class=style)
    add_data_options(convert)
    convert.add_argument("--to", required=True, metavar="FILE", help=".npz, or .csv (NAME_train.csv, NAME_test.csv)")
    convert.set_defaults(run=run_convert)

    picture = actions.add_parser("picture", help="a picture as a digit", epilog=EPILOG, formatter_class=style)
    picture.add_argument("image", metavar="IMAGE", help="a photo or a drawing of one digit")
    picture.add_argument("--to", metavar="FILE", help="write the stages as a picture (.png, .svg, .pdf)")
    picture.set_defaults(run=run_picture)
    for action in (info, show, convert, picture):
        add_common_options(action)


def run_info(options: argparse.Namespace) -> int:
    """Print what the data is."""
    dataset = read_dataset(options)
    print(dataset)
    result: dict[str, Any] = {
        "source": dataset.source,
        "train_samples": len(dataset.x_train),
        "test_samples": 0 if dataset.x_test is None else len(dataset.x_test),
        "numbers_in_a_sample": dataset.n_in,
        "smallest": dataset.x_train.min(),
        "largest": dataset.x_train.max(),
        "mean": float(dataset.x_train.mean()),
    }
    print(f"values from {result['smallest']:g} to {result['largest']:g}, mean {result['mean']:.4g}")
    if dataset.class_names:
        counts = np.bincount(dataset.t_train, minlength=dataset.n_classes)
        result["classes"] = {name: int(count) for name, count in zip(dataset.class_names, counts, strict=True)}
        for name, count in result["classes"].items():
            print(f"  {name}: {count:,}")
    if options.json:
        print_json(result)
    return SUCCEEDED


def run_show(options: argparse.Namespace) -> int:
    """Print a sample as a picture, or write a grid of samples."""
    dataset = read_dataset(options)
    if dataset.image_shape is None:
        raise DataError(f"{dataset.source} holds no pictures, but rows of {dataset.n_in} numbers. Use data info.")
    images = dataset.x_train.reshape(-1, *dataset.image_shape)
    if options.grid is not None:
        labels = dataset.t_train[:100] if dataset.class_names else None
        plots.save_figure(plots.digit_grid(images[:100], labels=labels), options.grid)
        print(f"written to {options.grid}")
        if options.json:
            print_json({"file": options.grid})
        return SUCCEEDED
    index = options.index
    if index >= len(images):
        raise DataError(f"--index must be below the number of training samples, {len(images):,}, got {index}.")
    label = dataset.class_names[int(dataset.t_train[index])] if dataset.class_names else f"{dataset.t_train[index]}"
    print(picture_in_text(images[index]))
    print(f"sample {index} of {dataset.source}: {label}")
    if options.json:
        print_json({"index": index, "label": label, "pixels": images[index]})
    return SUCCEEDED


def run_convert(options: argparse.Namespace) -> int:
    """Write the data in another format."""
    dataset = read_dataset(options)
    target = Path(options.to)
    kind = check_choice("the ending of --to", target.suffix.lower(), [".npz", ".csv"])
    contents = _as_npz(dataset, target) if kind == ".npz" else _as_csv(dataset, target)
    for path, content in contents.items():
        write_atomically(path, content)
        print(f"written to {path}")
    if options.json:
        print_json({"files": [str(path) for path in contents]})
    return SUCCEEDED


def _as_npz(dataset: Dataset, target: Path) -> dict[Path, bytes]:
    arrays = {"x_train": dataset.x_train, "y_train": dataset.t_train}
    if dataset.x_test is not None and dataset.t_test is not None:
        arrays |= {"x_test": dataset.x_test, "y_test": dataset.t_test}
    if dataset.image_shape is not None:
        shape = dataset.image_shape
        arrays |= {name: array.reshape(-1, *shape) for name, array in arrays.items() if name.startswith("x")}
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]  # its keywords are arrays
    return {target: content.getvalue()}


def _as_csv(dataset: Dataset, target: Path) -> dict[Path, bytes]:
    splits = {"train": (dataset.x_train, dataset.t_train)}
    if dataset.x_test is not None and dataset.t_test is not None:
        splits["test"] = (dataset.x_test, dataset.t_test)
    header = ",".join(["label", *_columns(dataset)])
    contents = {}
    for split, (x, t) in splits.items():
        text = io.StringIO()
        form = "%d" if x.dtype.kind in "iu" and t.dtype.kind in "iu" else "%.9g"
        np.savetxt(text, np.column_stack([t, x]), fmt=form, delimiter=",", header=header, comments="")
        contents[target.with_name(f"{target.stem}_{split}.csv")] = text.getvalue().encode()
    return contents


def _columns(dataset: Dataset) -> list[str]:
    """Name the columns as the CSV of lecture 000 does, row × column, or x1, x2, …."""
    if dataset.image_shape is None:
        return [f"x{column}" for column in range(1, dataset.n_in + 1)]
    height, width = dataset.image_shape
    return [f"{row}x{column}" for row in range(1, height + 1) for column in range(1, width + 1)]


def run_picture(options: argparse.Namespace) -> int:
    """Print a picture as a digit, and write its stages."""
    digit = digit_from_picture(options.image)
    print(picture_in_text(digit.image))
    print(f"{options.image}: {digit.polarity}; stages: {', '.join(digit.stages)}")
    if options.to is not None:
        plots.save_figure(plots.digit_stages(digit), options.to)
        print(f"written to {options.to}")
    if options.json:
        print_json({"image": options.image, "polarity": digit.polarity, "pixels": digit.image})
    return SUCCEEDED
