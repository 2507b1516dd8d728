"""`google.colab` where there is no Colab: a mount that says where files come from instead."""

from __future__ import annotations

from glassnet.mathematics.checks import MissingFileError

__all__ = ["drive", "files"]


class drive:  # noqa: N801  # Colab's own name
    """Stands for Google Drive (lecture 000 mounts it): the CSV files of MNIST are there, served by glassnet."""

    @staticmethod
    def mount(mountpoint: str, **_: object) -> None:
        """Say that the folder is there, as Colab does; nothing is mounted.

        >>> drive.mount("/content/gdrive")
        Mounted at /content/gdrive
        """
        print(f"Mounted at {mountpoint}")

    @staticmethod
    def flush_and_unmount(*_: object, **__: object) -> None:
        """Do nothing: nothing was mounted."""


class files:  # noqa: N801  # Colab's own name
    """Stands for Colab's upload and download of files."""

    @staticmethod
    def upload(*_: object) -> None:
        """Refuse, and say where files belong."""
        raise MissingFileError("there is no Colab to upload a file to. Put the file beside the script.")

    @staticmethod
    def download(filename: str) -> None:
        """Do nothing but say where the file is: on this machine already."""
        print(f"{filename} is on this machine already")
