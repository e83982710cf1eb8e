"""Check the register of an edition: python3 check_register.py [FOLDER] [FOLDER OF AN OLDER EDITION …].

Plain Python, nothing to install. Each line of decisions.jsonl carries the SHA-256 of what is public of it and of the
line before. A changed, removed, inserted or moved line breaks the chain; an older edition shows whether it was made
anew as a whole, so keep one, or the hash of its last line.
"""

import hashlib
import json
import sys
from pathlib import Path

FIELDS = [
    "line_number", "id", "kind", "role", "idea_id", "other_idea_id", "cluster_id", "reason", "note_hash", "decided_on",
]  # fmt: skip


def sha256(text: str) -> str:
    """Return a hash in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check(folder: Path) -> tuple[list[str], list[str], int]:
    """Return the faults of a register, the hash of each line, and how many notes are not as they were written."""
    faults, hashes, sealed_count = [], [""], 0
    with (folder / "decisions.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for number, row in enumerate(rows, 1):
        if row["line_number"] != number:
            faults.append(f"line {number}: it says that it is line {row['line_number']}")
        written = json.dumps([hashes[-1], *(row[name] for name in FIELDS)], separators=(",", ":"))
        if sha256(written) != row["line_hash"]:
            faults.append(f"line {number}: it is not what was decided, or does not follow the line before")
        if not row["note_salt"]:
            sealed_count += 1
        elif sha256(row["note_salt"] + row["note"]) != row["note_hash"]:
            faults.append(f"line {number}: its note is not what was written")
        hashes.append(row["line_hash"])
    head = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["register"]["head"]
    if hashes[-1] != head:
        faults.append(f"the last line should have the hash {head}")
    return faults, hashes, sealed_count


def main(folders: list[str]) -> int:
    """Say what is wrong, and return 1 when something is."""
    faults, hashes, sealed_count = check(Path(folders[0] if folders else "."))
    for older in folders[1:]:
        known = check(Path(older))[1]
        if hashes[: len(known)] != known:
            faults.append(f"the register is not that of {older} with lines added")
    said = f"{len(hashes) - 1} lines, the last of hash {hashes[-1]}; {sealed_count} notes taken out, in whole or part"
    sys.stdout.write("\n".join([*faults, said]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
