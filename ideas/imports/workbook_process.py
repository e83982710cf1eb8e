"""Run as a program by `workbooks`: writes the rows of a sheet of a workbook as lines of JSON, within bounds.

Exit code 0: every row is written. 3: not a workbook, the reason on standard error. 4: no such sheet, those there are
on standard error. Anything else: out of bounds, or a crash of the library.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

NOT_A_WORKBOOK, NO_SUCH_SHEET = 3, 4  # Python itself exits with 1 and 2


def main(book: str, rows: str, sheet: str, *bounds: int) -> int:
    """Read a sheet of `book`, the first when it is not named, into `rows`, with this much memory, time and output."""
    memory, seconds, size = bounds
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(book)
        if sheet and sheet not in workbook.sheet_names:
            sys.stderr.write(json.dumps(workbook.sheet_names))
            return NO_SUCH_SHEET
        found = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
        cells = found.iter_rows()
    except (CalamineError, IndexError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_A_WORKBOOK
    with Path(rows).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps([_write_cell(value) for value in row], ensure_ascii=False) + "\n" for row in cells)
    return 0


def _write_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])))
