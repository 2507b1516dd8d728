"""`glassnet predict`: what a model says of pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.cli.output import FAILED, SUCCEEDED, add_common_options, picture_in_text, print_error, print_json
from glassnet.cli.report import check_output_folder
from glassnet.cli.values import integer
from glassnet.data.pictures import NoInkError, digit_from_picture
from glassnet.data.preprocessing import Preprocessing
from glassnet.glass import plots
from glassnet.glass.refusal.verdict import Verdict
from glassnet.lessons.languages import LANGUAGES, of_locale
from glassnet.mathematics.checks import DataError, GlassnetError
from glassnet.model import load

if TYPE_CHECKING:
    from glassnet.model import Network

EPILOG = """\
examples:
  glassnet predict runs/mnist-default/model.safetensors seven.png
  glassnet predict model.safetensors photos/*.jpg --top 2 --json
  glassnet predict model.safetensors seven.jpg --stages stages/     how the photo became a digit, step by step

A photo or a drawing of any size will do, dark on light or light on dark.

A model that reads digits says "not a digit" of what is none, and why. The exit status is 0 if every picture could be
read, whatever is on it, and 1 if one could not, or shows nothing at all.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "predict",
        help="read pictures of digits with a model",
        description="Say what is on pictures: the likeliest classes with their probabilities.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a .safetensors file that glassnet wrote")
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="pictures: PNG, JPEG, …")
    parser.add_argument("--top", type=integer(1), default=3, metavar="N", help="how many classes to name (default: 3)")
    parser.add_argument("--stages", metavar="FOLDER", help="write a picture of the stages of each image there")
    parser.add_argument("--quiet", action="store_true", help="no picture in the terminal")
    parser.add_argument("--anyway", action="store_true", help="name a class even where the model would refuse")
    parser.add_argument("--lang", choices=LANGUAGES, help="of the reasons, Korean or English (default: as the locale)")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Predict each picture; one that cannot be read does not stop the others."""
    network = load(options.model)
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    language = None if options.anyway or not network.can_refuse else options.lang or of_locale()
    stages = None if options.stages is None else check_output_folder(Path(options.stages))
    results: list[dict[str, Any]] = []
    written: set[Path] = set()
    for path in options.images:
        try:
            image = preprocessing.from_picture(path)
        except (GlassnetError, OSError) as error:
            if language is not None and isinstance(error, NoInkError):
                results.append({"image": path, **_refusal(Verdict(-1, 0.0, "no-picture").within(language))})
                _show(results[-1], None)
            else:
                results.append({"image": path})
                print_error(str(error), as_json=False)
            results[-1]["error"] = str(error)
            continue
        results.append({"image": path, "top": likeliest(network, preprocessing, image, options.top)})
        if language is not None:
            results[-1] |= _refusal(network.judge(preprocessing(image.reshape(1, -1)), language=language)[0])
        _show(results[-1], None if options.quiet else image)
        if stages is not None:
            written.add(_write_stages(path, preprocessing, stages, written))
    if options.json:
        print_json({"model": str(options.model), "predictions": results})
    return FAILED if any("error" in result for result in results) else SUCCEEDED


def likeliest(
    network: Network, preprocessing: Preprocessing, image: np.ndarray[Any, Any], top: int
) -> list[dict[str, Any]]:
    """Return the likeliest classes of an image, with their probabilities."""
    output = network.predict(preprocessing(image.reshape(1, -1)))[0]
    if len(output) == 1:
        output = np.array([1 - output[0], output[0]])
    names = preprocessing.class_names or tuple(map(str, range(len(output))))
    order = np.argsort(-output, kind="stable")[:top]
    return [{"class": names[index], "probability": float(output[index])} for index in order]


def _refusal(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data, for the JSON of the command."""
    if not verdict.refused:
        return {"refused": False}
    return {"refused": True, "reason": verdict.reason, "why": str(verdict), "evidence": dict(verdict.evidence)}


def _show(result: dict[str, Any], image: np.ndarray[Any, Any] | None) -> None:
    if image is not None:
        print(picture_in_text(image))
    classes = "   ".join(f"{entry['class']} {100 * entry['probability']:.1f}%" for entry in result.get("top", ()))
    if not result.get("refused"):
        print(f"{result['image']}: {classes}", flush=True)
        return
    print(f"{result['image']}: {result['why']}" + (f" (--anyway: {classes})" if classes else ""), flush=True)


def _write_stages(path: str, preprocessing: Preprocessing, folder: Path, written: set[Path]) -> Path:
    """Write the stages of a picture, under its name, with a number if another picture of this call has the same."""
    if preprocessing.kind != "digit":
        raise DataError("--stages shows how a picture becomes a digit; this model does not read digits. Leave it out.")
    target, count = folder / f"{Path(path).stem}-stages.png", 1
    while target in written:
        count += 1
        target = folder / f"{Path(path).stem}-stages-{count}.png"
    plots.save_figure(plots.digit_stages(digit_from_picture(path)), target)
    return target
