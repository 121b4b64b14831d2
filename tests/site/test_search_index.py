"""The step that makes the search index: what it sees of a page, and that the same pages give the same files."""

from pathlib import Path

import pytest

from export.search import prepared, spread, write_index

PAGE = (
    '<!doctype html><html lang="{language}"><head><title>{name}</title></head><body><article class="a">'
    '<h1 id="{slug}">{name}<a class="headerlink" href="#{slug}">#</a></h1>'
    '<div class="lp-facts"><p class="lp-title">{title}</p><p class="lp-authors">{authors}</p></div>'
    '<h2 id="idea">{heading}</h2><p>{text}</p></article></body></html>'
)
PAGES = {
    Path("en/papers/net/index.html"): PAGE.format(
        language="en", slug="net", name="A&amp;B-Net", title="Deep nets", authors="Ada", heading="Idea", text="Atrous."
    ),
    Path("zh/papers/net/index.html"): PAGE.format(
        language="zh", slug="net", name="A&amp;B-Net", title="深网络", authors="Ada", heading="想法", text="残差。"
    ),
    Path("index.html"): "<!doctype html><title>-</title>",
}
Files = dict[str, bytes]


def files(folder: Path) -> Files:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_character_is_a_word() -> None:
    assert spread("ResNet的残差").split() == ["ResNet", "的", "残", "差"]


def test_a_page_carries_its_name_and_both_titles() -> None:
    text = prepared(PAGES, Path("en/papers/net/index.html"))
    assert '<meta data-pagefind-meta="title[content]" content="A&amp;B-Net">' in text
    assert '<meta data-pagefind-meta="full[content]" content="Deep nets">' in text
    assert '<meta data-pagefind-meta="other[content]" content=" 深  网  络 ">' in text
    assert '<meta data-pagefind-meta="name[content]" content="lpabnet lpdeepnets lpgnpbhpfbhonm">' in text
    assert '<h1 id="net" data-pagefind-weight="10">' in text
    assert 'id="idea"' in prepared(PAGES, Path("zh/papers/net/index.html"))


def test_the_api_comes_after_the_papers() -> None:
    path = Path("en/api/net/index.html")
    text = prepared({path: PAGES[Path("en/papers/net/index.html")]}, path)
    assert '<article data-pagefind-weight="0.2" class="a">' in text
    assert "data-pagefind-meta" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_pages_give_the_same_files(tmp_path: Path, language: str) -> None:
    for name in ("one", "two"):
        assert write_index(PAGES, language, tmp_path / name, tmp_path / f"cache-{name}")
    made = files(tmp_path / "one")
    assert made == files(tmp_path / "two")
    kinds = sorted(
        {Path(name).name if "/" not in name else name.split("/")[0] for name in made if "pf_meta" not in name}
    )
    assert kinds == [
        "fragment",
        "index",
        "pagefind-entry.json",
        "pagefind-worker.js",
        "pagefind.js",
        "wasm.en.pagefind",
    ]


def test_what_is_up_to_date_is_taken_as_it_is(tmp_path: Path) -> None:
    assert write_index(PAGES, "en", tmp_path / "one", tmp_path / "cache")
    assert not write_index(PAGES, "en", tmp_path / "two", tmp_path / "cache")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    path = Path("en/papers/net/index.html")
    changed = PAGES | {path: PAGES[path].replace("Atrous", "Dilated")}
    assert write_index(changed, "en", tmp_path / "three", tmp_path / "cache")
    assert set(files(tmp_path / "one")) != set(files(tmp_path / "three"))
