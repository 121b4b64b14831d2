"""What a page names in its head, so that it is there soon: one style sheet, and the modules that its own ones import.

Style sheets and modules are written as plain files, and a browser could load them so. But the first paint waits for
each style sheet, and an import is seen only when the file that it stands in has come.
"""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
MODULE = re.compile(r'<script type="module" src="([^"]+)"></script>')
IMPORT = re.compile(r"^(?:import|export)\b[^'\n]*'(\.[^']+)'", re.MULTILINE)
ADDRESS = re.compile(r"""url\((["']?)(?!data:|#)([^"')]+)\1\)""")
# Material's rule against fading while the theme is switched. It makes the browser compute the style of every element of
# a page anew, twice, each time a page is loaded.
COSTLY = re.compile(r"\[data-md-color-switching\] [^{}]*\{[^{}]*\}")
LATER = 'fetchpriority="low"'  # than what the first paint needs
FOLDER = Path("assets/css")


class Loading:
    """The style sheets and modules of a site under `site`. Paths are those under it.

    `purge` leaves out of the style sheets of others what no page needs, and puts ours after them.
    """

    def __init__(self, site: Path, purge: Callable[[str, str], str]) -> None:
        self.site, self.purge = site, purge
        self.joined: dict[tuple[Path, ...], Path] = {}
        self.alone: set[Path] = set()
        self.imported: dict[Path, list[Path]] = {}

    def shorten(self, text: str, page: Path) -> str:
        """The text of a page with one style sheet instead of several, and with the names of all its modules."""
        styles = tuple(resolved(href, page) for href in STYLE.findall(text))
        if len(styles) > 1:
            link = f'<link rel="stylesheet" href="{reference(self.join(styles), page)}">'
            first, *rest = STYLE.split(text)[::2]
            text = first + link + "".join(rest)
        self.alone.update(styles if len(styles) == 1 else ())
        own = [resolved(src, page) for src in MODULE.findall(text)]
        below = dict.fromkeys(module for root in own for module in self.modules(root) if module not in own)
        links = "".join(f'<link rel="modulepreload" {LATER} href="{reference(module, page)}">' for module in below)
        text = MODULE.sub(rf'<script type="module" {LATER} src="\1"></script>', text)
        return text.replace("</head>", f"{links}</head>", 1)

    def join(self, styles: tuple[Path, ...]) -> Path:
        """One style sheet with the text of several, named by its content; pages that name the same ones share it."""
        if styles not in self.joined:
            others, own = (
                "\n".join(self.moved(style) for style in styles if (style.parent == FOLDER) == is_own)
                for is_own in (False, True)
            )
            text = self.purge(COSTLY.sub("", others), own)
            path = FOLDER / f"joined-{hashlib.sha256(text.encode()).hexdigest()[:8]}.css"
            (self.site / path).write_text(text, encoding="utf-8")
            self.joined[styles] = path
        return self.joined[styles]

    def moved(self, style: Path) -> str:
        """The text of a style sheet, with its addresses as they are seen from the joined one."""
        return ADDRESS.sub(
            lambda match: f'url("{reference(resolved(match[2], style), FOLDER / "joined.css")}")',
            (self.site / style).read_text(encoding="utf-8"),
        )

    def modules(self, module: Path) -> list[Path]:
        """The modules that a module imports by a statement, directly or through others."""
        if module not in self.imported:
            self.imported[module] = []  # so that a circle ends
            names = IMPORT.findall((self.site / module).read_text(encoding="utf-8"))
            direct = [resolved(name, module) for name in names]
            below = [indirect for target in direct for indirect in self.modules(target)]
            self.imported[module] = list(dict.fromkeys([*direct, *below]))
        return self.imported[module]

    def tidy(self) -> None:
        """Remove the style sheets that were joined and that no page names any more."""
        for style in {style for styles in self.joined for style in styles} - self.alone:
            (self.site / style).unlink()


def resolved(address: str, file: Path) -> Path:
    """The path of what a file refers to."""
    return Path(os.path.normpath(file.parent / re.split("[?#]", address)[0]))


def reference(target: Path, file: Path) -> str:
    """How a file refers to another one."""
    return Path(os.path.relpath(target, file.parent)).as_posix()
