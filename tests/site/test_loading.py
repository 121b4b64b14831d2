"""A page names one style sheet and all modules that it will need, and what it names is right."""

from pathlib import Path

import pytest

from export.loading import Loading

PAGE = Path("en/page/index.html")
HEAD = """<head>
<link rel="stylesheet" href="../assets/theme.css">
<link rel="icon" href="x.svg">
<link rel="stylesheet" href="../../assets/maths/maths.css">
<script type="module" src="../../assets/a.js"></script>
</head>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in {
        "en/assets/theme.css": "a { background: url('data:image/svg+xml,<svg>(#x)</svg>') }\n"
        "[data-md-color-switching] *,[data-md-color-switching] :after{transition-duration:0s}b { color: red }",
        "zh/assets/theme.css": "i { color: blue }",
        "assets/maths/maths.css": "@font-face { src: url(fonts/m.woff2) }",
        "assets/css/only.css": "u { color: green }",
        "assets/a.js": "import { b } from './sub/b.js';\nconst later = () => import('./later.js');\n",
        "assets/sub/b.js": "export * from '../c.js';\n// import './no.js'\n",
        "assets/c.js": "import './sub/b.js';\n",
        "assets/later.js": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_style_sheets_become_one_in_their_order(site: Path) -> None:
    loading = Loading(site, "{}\n{}".format)
    page = loading.shorten(HEAD, PAGE)
    (joined,) = (site / "assets/css").glob("joined-*.css")
    assert page.count('rel="stylesheet"') == 1
    assert f'<link rel="stylesheet" href="../../assets/css/{joined.name}">\n<link rel="icon" href="x.svg">' in page
    text = joined.read_text(encoding="utf-8")
    assert text.index("b { color: red }") < text.index('url("../maths/fonts/m.woff2")')
    assert "url('data:image/svg+xml,<svg>(#x)</svg>')" in text
    assert "data-md-color-switching" not in text


def test_what_was_joined_goes_unless_a_page_names_it_alone(site: Path) -> None:
    loading = Loading(site, "{}\n{}".format)
    loading.shorten(HEAD, PAGE)
    alone = '<head><link rel="stylesheet" href="assets/maths/maths.css"></head>'
    assert loading.shorten(alone, Path("index.html")) == alone
    loading.tidy()
    assert not (site / "en/assets/theme.css").exists()
    assert (site / "assets/maths/maths.css").exists()
    assert (site / "assets/css/only.css").exists()


def test_imports_are_named_in_advance(site: Path) -> None:
    page = Loading(site, "{}\n{}".format).shorten(HEAD, PAGE)
    assert '<script type="module" fetchpriority="low" src="../../assets/a.js"></script>' in page
    named = [line.split('href="')[1] for line in page.split("<link ") if line.startswith('rel="modulepreload"')]
    assert [name.split('"')[0] for name in named] == ["../../assets/sub/b.js", "../../assets/c.js"]
