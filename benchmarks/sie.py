"""Reading a SIE file of 200 MB: megabytes a second, and how much memory it takes.

    python benchmarks/sie.py [--megabytes N] [--at FOLDER]

Beside it stands a plain limit: to read the same lines and split them, with nothing understood.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from hembesok.exchange.sie_job.job import summarise

HEAD = '#FLAGGA 0\n#PROGRAM "Prov" 1\n#FORMAT PC8\n#SIETYP 4\n#FNAMN "Övning"\n'
ACCOUNTS = [f"{4000 + n}" for n in range(400)]


def generate(path: Path, megabytes: int) -> int:
    """Write a file of balanced vouchers; return how many."""
    vouchers = size = 0
    with path.open("wb") as stream:
        head = HEAD + "".join(f'#KONTO {each} "Konto {each}"\n' for each in ACCOUNTS)
        stream.write(head.encode("cp437"))
        while size < megabytes * 1_000_000:
            account = ACCOUNTS[vouchers % len(ACCOUNTS)]
            rows = [
                f'   #TRANS {account} {{1 "{n % 40}" 6 "P{n % 7}"}} {n + 1}.50 20210322'
                ' "Tolk, hembesök"\n'
                for n in range(4)
            ]
            text = (
                f'#VER A {vouchers} 20210322 "Verifikat" 20210322\n{{\n{"".join(rows)}'
                "   #TRANS 1930 {} -12.00 20210322\n}\n"
            ).encode("cp437")
            size += stream.write(text)
            vouchers += 1
    return vouchers


def peak() -> float:
    """Return the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Generate, read, and say what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--at", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.at) as folder:
        path = Path(folder) / "large.se"
        vouchers = generate(path, asked.megabytes)
        megabytes, before = path.stat().st_size / 1e6, peak()
        began = time.perf_counter()
        found = summarise(path)
        took = time.perf_counter() - began
        assert found.vouchers == vouchers  # noqa: S101
        assert not found.unbalanced  # noqa: S101
        began = time.perf_counter()
        with path.open("rb") as stream:
            for line in stream:
                line.decode("cp437").split()
        plain = time.perf_counter() - began
    print(f"{megabytes:.0f} MB, {found.vouchers} vouchers, {found.rows} rows")
    print(f"read: {took:.1f} s, {megabytes / took:.1f} MB/s; lines alone {plain:.1f} s")
    print(f"memory: {before:.0f} MB before, {peak():.0f} MB at most")


if __name__ == "__main__":
    main()
