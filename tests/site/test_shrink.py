"""What a browser gets has lost what no page needs, and nothing else."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from export import node, shrink
from export.site import FONTS, NODE_MODULES

STYLE = """@font-face { font-family: "Text"; src: url(text.woff2) }
@font-face { font-family: Fraktur; src: url(never.woff2) }
.never { font-family: Fraktur }
:root { --family: "Text" }
.used, .never { color: red }
.md-nav--open .md-nav__link[data-md-state=blur] { color: green }
.never > b { color: blue }
[dir=rtl] .used { float: right }
.moves { animation: turn 1s }
@keyframes turn { to { rotate: 1turn } }
@keyframes never { to { rotate: 2turn } }
"""
PAGE = '<b class="used moves md-nav--open"><i class="md-nav__link">'
SCRIPT = """// Why.
import { long } from './b.js';
element.dataset.mdState = 'blur';
export const wide = (longer) => long(longer);
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "a.js": SCRIPT,
        "a.css": "/* Why. */\na { color: light-dark(#000, #fff) }\n",
        "sub/runtime.mjs": "// As it came.\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_rules_that_no_page_and_no_script_can_need_go(folder: Path) -> None:
    words = shrink.words([PAGE, "data-md-state"], folder)
    style = shrink.purged(STYLE, "", words)
    for kept in (".used {", "@font-face", "--family", "[data-md-state=blur]", "@keyframes turn"):
        assert kept in style, kept
    for gone in ("never", "rtl", "Fraktur"):
        assert gone not in style, gone


def test_no_rule_of_our_own_goes(folder: Path) -> None:
    own = ":focus-visible { outline: 1px solid }\n.a:is(:hover, [data-state=never]) { color: red }\n"
    style = shrink.purged(STYLE, own, shrink.words([PAGE], folder))
    assert style.endswith(own) and ".used {" in style and "never {" not in style


def test_scripts_and_styles_lose_their_comments_and_stay_modules(folder: Path) -> None:
    shrink.minify(folder)
    script = (folder / "a.js").read_text(encoding="utf-8")
    assert (
        "Why" not in script
        and "'./b.js'" in script.replace('"', "'")
        and "wide" in script
        and "\n" not in script.strip()
    )
    style = (folder / "a.css").read_text(encoding="utf-8")
    assert style.strip() == "a{color:light-dark(#000,#fff)}"
    assert (folder / "sub/runtime.mjs").read_text(encoding="utf-8") == "// As it came.\n"


def test_a_script_with_a_mistake_is_named(folder: Path) -> None:
    (folder / "a.js").write_text("const = 1;\n", encoding="utf-8")
    with pytest.raises(node.NodeError, match=r"a\.js:1:6"):
        shrink.minify(folder)


@pytest.mark.parametrize("name", FONTS)
def test_fonts_keep_what_is_shown_and_what_may_be_typed(name: str, tmp_path: Path) -> None:
    file = tmp_path / Path(name).name
    file.write_bytes((NODE_MODULES / name).read_bytes())
    (tmp_path / "page.html").write_text("Dollár – 残差 × 2", encoding="utf-8")
    (tmp_path / "page.css").write_text(f"@font-face {{ src: url({file.name}) }}", encoding="utf-8")
    (tmp_path / "unused.woff2").write_bytes(file.read_bytes())
    shrink.subset_fonts(tmp_path)
    assert not (tmp_path / "unused.woff2").exists()
    characters = set(map(chr, TTFont(file).getBestCmap()))
    assert {*"Dollár–×"} <= characters and characters >= shrink.TYPED and not characters & {*"ñ残"}
    assert file.stat().st_size < (NODE_MODULES / name).stat().st_size / 1.5


def test_the_site_s_fonts_have_every_character_that_its_pages_show(site: Path) -> None:
    text = {character for page in site.rglob("*.html") for character in page.read_text(encoding="utf-8")}
    made = [*FONTS, *(f"katex/dist/fonts/{file.name}" for file in (site / "assets/katex/fonts").iterdir())]
    assert len(made) > len(FONTS)
    for name in made:
        whole = TTFont(NODE_MODULES / name).getBestCmap()
        (file,) = site.glob(f"assets/**/{Path(name).name}")
        missing = {character for character in text if ord(character) in whole} - set(
            map(chr, TTFont(file).getBestCmap())
        )
        assert not missing, f"{name}: {missing}"
