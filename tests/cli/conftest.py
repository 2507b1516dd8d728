import numpy as np
import pytest
from PIL import Image

from glassnet.cli.main import main
from glassnet.data.mnist_loader import load_mnist
from glassnet.engine import entry


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    """Compile what trainings need beforehand: that is announced once on a machine, in whichever test comes first."""
    if not entry.unavailable():
        entry.interpreter(np.dtype("float32"))
        entry.augmentation()


@pytest.fixture
def glassnet(capsys):
    """Run the command line in this process; return exit status, the lines of stdout, and stderr."""

    def run(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse ends in this way
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return run


@pytest.fixture(scope="session")
def digits():
    """A few real digits: images (28, 28) uint8 and labels."""
    (x, t), _ = load_mnist(normalize=False)
    return x[:60].reshape(-1, 28, 28), t[:60]


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The folder of a short training on real digits, and its JSON."""
    folder = tmp_path_factory.mktemp("trained")
    arguments = ["train", "mnist", "--hidden", "30", "--epochs", "2", "--limit", "3000", "--batch-size", "50"]
    status = main([*arguments, "--no-augmentation", "--quiet", "--seed", "1", "--out", str(folder)])
    assert status == 0
    return folder


@pytest.fixture(scope="session")
def default_model(tmp_path_factory):
    """The folder of the whole default recipe, trained on all of MNIST: for slow tests only."""
    folder = tmp_path_factory.mktemp("default")
    assert main(["train", "mnist", "--quiet", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def picture_folder(tmp_path, digits):
    """A folder of pictures by class, of two classes."""
    for index, (image, label) in enumerate(zip(*digits, strict=True)):
        if label < 2:
            place = tmp_path / "pictures" / ("zero", "one")[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(place / f"{index}.png")
    return tmp_path / "pictures"


@pytest.fixture
def table(tmp_path):
    """A CSV with a header, two number columns and a class by name that follows from them."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 2)) * [1.0, 100.0]
    names = np.where(rows[:, 0] + rows[:, 1] / 100 > 0, "big", "small")
    lines = ["height,weight,size", *(f"{a:.5f},{b:.5f},{name}" for (a, b), name in zip(rows, names, strict=True))]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines))
    return path
