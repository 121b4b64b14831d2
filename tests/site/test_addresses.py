"""What was once published resolves for ever, and what is new gets listed."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from export import addresses


def test_published_addresses_resolve(site: Path) -> None:
    broken = []
    for path, anchors in addresses.unfold(addresses.read()).items():
        file = site / path / "index.html" if path.endswith("/") or not path else site / path
        if not file.is_file():
            broken.append(f"/{path}: there is no such page or file any more")
        elif anchors:
            soup = BeautifulSoup(file.read_text(encoding="utf-8"), "lxml")
            broken += [f"/{path}#{anchor}: gone" for anchor in sorted(anchors) if not soup.find(id=anchor)]
    assert not broken, "published addresses must stay (docs/addresses.txt):\n" + "\n".join(broken)


def test_every_page_is_listed(site: Path) -> None:
    missing = sorted(addresses.in_site(site).keys() - addresses.read().keys())
    assert not missing, f"add them with `make addresses`: {', '.join(missing)}"


def test_the_file_only_grows(tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    assert addresses.add({"": set(), "*/about/": {"b", "a"}}, file) == 4
    assert addresses.add({"*/about/": {"c"}, "*/new/": set()}, file) == 2
    assert addresses.read(file) == {"": set(), "*/about/": {"a", "b", "c"}, "*/new/": set()}
    assert addresses.add({}, file) == 0
    assert addresses.unfold({"*/about/": {"a"}}) == {"en/about/": {"a"}, "zh/about/": {"a"}}


def test_a_page_of_one_language_is_not_listed_for_both(tmp_path: Path) -> None:
    for name in ("en/both", "zh/both", "zh/alone"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "index.html").write_text('<main><h2 id="x">', encoding="utf-8")
    assert addresses.in_site(tmp_path) == {"*/both/": {"x"}, "zh/alone/": {"x"}}


@pytest.mark.parametrize("anchor", ["L-12", "__search", "fn:1", "fnref:1"])
def test_what_nobody_links_to_is_left_out(anchor: str, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(f'<main><h2 id="{anchor}">a</h2><h2 id="kept">b</h2></main>', encoding="utf-8")
    assert addresses.anchors_of(page) == {"kept"}
