"""Reads what a printer was sent from standard input and writes the picture that comes out of it, as PNG.

    interpret.py WIDTH_DOTS < slip.bin > slip.png

The way from bytes to dots is the printer simulator emupos (Apache-2.0), which knows nothing of ours; ./test puts it into
target/interpreter. It asks for Python 3.13 and much that only its server needs; Debian 12 has 3.11. All that 3.11 can't read in
the modules used here is `type X = …`, so that word is left out while they are loaded, and its settings are replaced by the five
that a picture needs.
"""

import importlib.machinery
import pathlib
import re
import sys
import types

INSTALLED = str(pathlib.Path(__file__).parent.parent / "target" / "interpreter")


class WithoutTypeAliases(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data, path, *, _optimize=-1):
        return super().source_to_code(re.sub(rb"(?m)^type (\w+) = ", rb"\1 = ", data), path)

    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


def load():
    extensions = (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES)
    hook = importlib.machinery.FileFinder.path_hook(extensions, (WithoutTypeAliases, [".py"]))
    sys.path_hooks.insert(0, lambda path: hook(path) if path.startswith(INSTALLED) else no_hook(path))
    sys.path_importer_cache.clear()
    sys.path.insert(0, INSTALLED)
    settings = types.ModuleType("emupos.config")
    settings.PrinterProfile = settings.PrinterId = object
    sys.modules["emupos.config"] = settings


def no_hook(path):
    raise ImportError(path)


def main():
    load()
    from emupos.printer.escpos.model import PrintModel
    from emupos.printer.escpos.tokenizer import Tokenizer

    font = types.SimpleNamespace(width=12, height=24)
    profile = types.SimpleNamespace(
        width_dots=int(sys.argv[1]), default_code_page=0, code_pages={}, font_a=font, font_b=font
    )
    model = PrintModel("test", profile)
    tokenizer = Tokenizer()
    # Its server answers and cuts; there is nothing to draw.
    not_drawn = ("GS a", "GS r", "GS V")
    tokens = tokenizer.feed(sys.stdin.buffer.read())
    drawn = [token for token in tokens if getattr(token, "name", None) not in not_drawn]
    unknown = [event for token in drawn for event in model.process(token)]
    if unknown or tokenizer.close():
        sys.exit(f"not understood: {unknown}")
    receipt = model.finish("cut")
    if receipt is None:
        sys.exit("nothing was printed")
    sys.stdout.buffer.write(receipt.png)


main()
