"""Opening an engine by its name. Each brings its libraries only when it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hembesok.analysis.engines import Engine
from hembesok.analysis.engines.embedded import DuckDB

NAMES: Final = ("duckdb", "postgres", "spark")


_EXAMPLES: Final = {
    "postgres": "postgres://user@host/database",
    "spark": "spark://host:7077",
}


class EngineError(Exception):
    """An engine that cannot be used. The message says what to do."""


@contextmanager
def opened(name: str, server: str, workspace: Path) -> Iterator[Engine]:
    """Open an engine, and close it; raises EngineError.

    `server` is where PostgreSQL or Spark is; `workspace` a folder for what does not fit memory.
    """
    engine = _open(name, server, workspace)
    try:
        yield engine
    except EngineError:
        raise
    except Exception as error:
        if told := engine.told(error):
            raise EngineError(told) from None
        raise
    finally:
        engine.close()


def _open(name: str, server: str, workspace: Path) -> Engine:
    if name == "duckdb":
        return DuckDB(workspace)
    if not server:
        raise EngineError(f"the engine {name} needs --server: {_EXAMPLES[name]}.")
    try:
        if name == "postgres":
            from hembesok.analysis.engines.postgres import PostgreSQL

            return PostgreSQL(server, workspace)
        if name == "spark":
            from hembesok.analysis.engines.spark import Spark

            return Spark(server, workspace)
    except ImportError:
        raise EngineError(
            f"the libraries of {name} are not installed. Install the extra: hembesok[{name}]."
        ) from None
    except Exception as error:
        line = str(error).strip().partition("\n")[0]
        raise EngineError(f"{name} cannot be reached: {line}. Is --server right?") from None
    raise EngineError(f"there is no engine {name!r}. Choose among {', '.join(NAMES)}.")
