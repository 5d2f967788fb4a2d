"""Opening a table by the ending of its name, and putting a finished file in its place."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hembesok.exchange.tables.csv_files import CsvTable
from hembesok.exchange.tables.faults import FileError
from hembesok.exchange.tables.parquet_files import ParquetTable
from hembesok.exchange.tables.reading import Table

_ENDINGS: Final[dict[str, type[CsvTable] | type[ParquetTable]]] = {
    ".csv": CsvTable,
    ".parquet": ParquetTable,
}


def open_table(path: Path) -> Table:
    """Open a CSV or Parquet file and read its header; raises FileError."""
    table = _ENDINGS[ending(path)](_regular_file(path))
    try:
        table.open()
    except OSError as error:
        table.close()
        raise _unreadable(path, error) from None
    except BaseException:
        table.close()
        raise
    return table


def ending(path: Path) -> str:
    """Return .csv or .parquet; raises FileError for any other ending."""
    if path.suffix.lower() not in _ENDINGS:
        raise FileError(
            f"{path}: the name ends in {path.suffix or 'nothing'!r}."
            " Give a CSV (UTF-8, commas) or Parquet file, its name ending in .csv or .parquet."
        )
    if path.suffix.lower() == ".parquet":
        _check_name(path)
    return path.suffix.lower()


def _check_name(path: Path) -> None:
    """Refuse a path that is not UTF-8, as old disks have them: DuckDB cannot be told of it."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        raise FileError(f"{path}: the path is not UTF-8. Rename it, or give a CSV file.") from None


def check_out(out: Path, inputs: Sequence[Path]) -> None:
    """Refuse, before any work is done, an output that could not be put in place."""
    ending(out)
    try:
        _check_place(out, inputs)
    except OSError as error:
        raise unwritable(out, error) from None


def unwritable(out: Path, error: Exception) -> FileError:
    """Return the refusal of an output that cannot be written, whatever the reason."""
    what = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return FileError(
        f"{out}: cannot be written: {what}."
        " See that there is room on the disk and that you may write in the folder."
    )


def _check_place(out: Path, inputs: Sequence[Path]) -> None:
    if out.exists() and not out.is_file():
        raise FileError(f"{out}: is not a file. Give the name of the file to write.")
    if not out.parent.is_dir():
        raise FileError(f"{out}: its folder does not exist. Make the folder first.")
    for path in inputs:
        if out.exists() and path.exists() and out.samefile(path):
            raise FileError(f"{out}: is also read from. Choose another name for the output.")


@contextmanager
def workspace(out: Path) -> Iterator[Path]:
    """Give a new folder beside the output, and remove it with all in it whatever happens.

    Beside, because a file can be moved into place only within one file system,
    and because the place chosen for the output is where there is room.
    """
    folder = Path(tempfile.mkdtemp(prefix=".hembesok-", dir=out.resolve().parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, out: Path) -> None:
    """Move a finished file to its name; whoever looks sees the old file or the whole new one."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    # Through a symbolic link, as any program that opens the file for writing would go.
    made.replace(out.resolve())


def _regular_file(path: Path) -> Path:
    try:
        if path.is_dir():
            raise FileError(f"{path}: is a folder. Give a file.")
        if path.exists() and not path.is_file():
            raise FileError(f"{path}: is a device or a pipe. Give a file.")
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from None
    return path


def _unreadable(path: Path, error: OSError) -> FileError:
    what = error.strerror or str(error)
    return FileError(f"{path}: cannot be read: {what}. Give the path of a readable file.")
