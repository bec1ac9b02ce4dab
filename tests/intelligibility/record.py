"""A run on disk: what was asked for in the first line, and a line for each announcement, so that it goes on where it was."""

import json


class Record:
    """The run of one seed: JSON lines, flushed one by one."""

    def __init__(self, path):
        self.path = path

    def begin(self, asked):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(asked) + "\n", "utf-8")

    def add(self, found):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False) + "\n")

    def read(self):
        """What was asked for, and what was found so far. A last line that was cut off is cut off here, too."""
        whole, _, rest = self.path.read_text("utf-8").rpartition("\n")
        if rest:
            self.path.write_text(whole + "\n", "utf-8")
        asked, *found = [json.loads(line) for line in whole.splitlines()]
        return asked, found


def newest(folder):
    """The run that was written to last, or None."""
    return max(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime, default=None)
