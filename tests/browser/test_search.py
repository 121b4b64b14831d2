"""Search as a reader meets it: by hand, in both languages, and what it costs."""

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from papers.schema import load_glossary, load_paper, slugs
from tests.browser.demo import LANGUAGES, Held

OpenPage = Callable[..., Page]
OPTION = ".lp-search [role=option]"
BOX = ".lp-search [role=combobox]"
# Many queries, without the box.
FIND = """async ([language, queries]) => {
  const { Engine } = await import(new URL('../../assets/search/engine.js', location.href).href);
  const engine = new Engine(new URL(`../../${language}/`, location.href).href, language);
  const found = {};
  for (const query of queries) found[query] = (await engine.find(query)).pages.map(({ url }) => url);
  return found;
}"""


def ask(page: Page, query: str) -> Locator:
    """Type a query into the open box; the first option, when it is there."""
    page.locator(BOX).fill("")
    expect(page.locator(OPTION)).to_have_count(0)
    page.keyboard.type(query)
    first = page.locator(OPTION).first
    first.wait_for(timeout=15_000)
    return first


def path(option: Locator) -> str:
    return urlsplit(option.get_attribute("href") or "").path


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("en", "subsampling"), ("en", "atrous"), ("en", "anchor"), ("en", "Kaiming He"), ("en", "残差"),
        ("zh", "卷积"), ("zh", "残差"), ("zh", "锚框"), ("zh", "Kaiming He"), ("zh", "subsampling"), ("zh", "atrous"),
    ],
)  # fmt: skip
def test_finds(language: str, query: str, open_page: OpenPage) -> None:
    page = open_page(f"{language}/")
    page.keyboard.press("/")
    page.locator(BOX).wait_for()
    first = ask(page, query)
    if query.isascii() != (language == "zh"):  # else the page may say it in its own language only
        marks = " ".join(page.locator(f"{OPTION} mark").all_inner_texts()).lower()
        assert query.lower().split()[0][:6] in marks
    assert f"/{language}/" in path(first)
    with page.expect_navigation():
        first.click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_comes_first_for_its_name_and_its_titles(language: str, open_page: OpenPage) -> None:
    page, papers = open_page(f"{language}/about/"), [load_paper(slug) for slug in slugs()]
    wanted = {
        query: f"/{language}/papers/{paper.slug}/"
        for paper in papers
        for query in (paper.name, paper.title.en, paper.title.zh)
    }
    found = page.evaluate(FIND, [language, list(wanted)])
    wrong = {query: found[query][:2] for query, own in wanted.items() if found[query][:1] != [own]}
    assert not wrong


def test_every_term_and_author_is_found(open_page: OpenPage) -> None:
    page, papers = open_page("zh/about/"), [load_paper(slug) for slug in slugs()]
    terms = [term.zh for term in load_glossary().root.values()]
    found = page.evaluate(FIND, ["zh", [*terms, *(author for paper in papers for author in paper.authors)]])
    assert not [query for query, pages in found.items() if not pages]
    assert all("/zh/glossary/" in found[term] or len(found[term]) == 8 for term in terms)


def test_a_section_is_found_by_its_heading(open_page: OpenPage) -> None:
    page = open_page("en/")
    page.keyboard.press("/")
    page.locator(BOX).wait_for()
    ask(page, "Writing a review")
    assert page.locator('.lp-search__section[href$="/contributing/#review"]').count() == 1


def test_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("en/about/")
    box = page.locator(BOX)
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    first = ask(page, "LeNet")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    second = page.locator(OPTION).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(second.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator(".lp-search")).to_be_hidden()
    page.locator("site-search button").focus()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    page.keyboard.type("atrous")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # at once, before anything is shown
    assert page.url.split("#")[0].endswith(("/en/papers/deeplab/", "/en/glossary/"))


def test_enter_waits_for_what_was_typed(open_page: OpenPage) -> None:
    """Also where the search has begun by itself, and the index is slow in coming."""
    page = open_page("en/about/")
    waiting = Held(page, r"/pagefind\.js$")
    page.locator("site-search button").click()
    page.locator(BOX).fill("deeplab")
    waiting.come()
    with page.expect_navigation():
        page.keyboard.press("Enter")
        waiting.let_go()
    assert "deeplab" in page.url


def test_a_slash_typed_into_a_field_stays_there(open_page: OpenPage) -> None:
    page = open_page("en/papers/")
    field = page.locator("paper-index input[type=search]")
    field.focus()
    page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")
    assert page.locator(".lp-search").count() == 0


def test_nothing_found_is_said(open_page: OpenPage) -> None:
    page = open_page("en/")
    page.locator("site-search button").click()
    page.locator(BOX).wait_for()
    page.keyboard.type("qqxyzzyqq")
    expect(page.locator(".lp-search__status")).to_contain_text("Nothing found for “qqxyzzyqq”")


def test_a_search_that_cannot_load_says_so(open_page: OpenPage) -> None:
    page = open_page("zh/", prepare=lambda page: page.route("**/zh/search/pagefind.js", lambda route: route.abort()))
    page.locator("site-search button").click()
    page.locator(BOX).wait_for()
    page.keyboard.type("残差")
    expect(page.locator(".lp-search__status a")).to_have_attribute("href", page.url + "papers/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_connection_that_breaks_is_not_nothing_found(language: str, open_page: OpenPage) -> None:
    """The part of the index with these words does not come; with the network it does, without loading the page anew."""
    page = open_page(f"{language}/about/")
    page.locator("site-search button").click()
    ask(page, "LeNet")
    page.context.set_offline(True)
    page.locator(BOX).fill("qqxyzzyqq")
    status = page.locator(".lp-search__status")
    expect(status).to_contain_text({"en": "You are offline", "zh": "当前没有网络"}[language], timeout=15_000)
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(status).to_contain_text({"en": "Nothing found", "zh": "没有找到"}[language], timeout=15_000)
    ask(page, "LeNet")


@pytest.mark.parametrize("file", ["pagefind.js", "pagefind-worker.js", "index/*"])
def test_a_search_that_gets_no_answer_gives_up(file: str, open_page: OpenPage) -> None:
    def prepare(page: Page) -> None:
        page.clock.install()
        page.route(f"**/zh/search/{file}", lambda route: None)  # neither answered nor refused

    page = open_page("zh/", prepare=prepare)
    page.locator("site-search button").click()
    page.locator(BOX).fill("残差")
    page.clock.fast_forward(1_000)
    status = page.locator(".lp-search__status")
    expect(status).to_contain_text("正在搜索")
    page.clock.fast_forward(25_000)
    expect(status).to_contain_text("未能载入搜索功能")
    page.unroute(f"**/zh/search/{file}")
    with page.expect_navigation():  # what is found is followed: a second key would break the first off
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_costs_nothing_before_it_is_used(language: str, open_page: OpenPage, site: Path, site_url: str) -> None:
    seen: list[str] = []
    page = open_page(
        f"{language}/papers/lenet/",
        wait_until="networkidle",
        prepare=lambda page: page.on("request", lambda request: seen.append(request.url)),
    )

    def size() -> int:
        of_search = {urlsplit(url.removeprefix(site_url)).path for url in seen}
        wanted = [name for name in of_search if "/search/" in name or name.endswith("search.css")]
        return sum(len(gzip.compress((site / name).read_bytes())) for name in wanted)

    assert not [url for url in seen if f"/{language}/search/" in url]
    assert size() < 2_000, "only what opens the box"
    page.keyboard.press("/")
    page.locator(BOX).wait_for()
    page.wait_for_timeout(500)
    assert not [url for url in seen if f"/{language}/search/" in url]
    assert size() < 30_000
    ask(page, "LeNet")
    assert size() < 250_000


def test_under_a_sub_path(browser, sub_path_url: str) -> None:
    page = browser.new_page()
    page.goto(f"{sub_path_url}zh/papers/lenet/")
    page.keyboard.press("/")
    page.locator(BOX).wait_for()
    first = ask(page, "锚框")
    assert path(first).startswith("/sub/path/zh/")
    with page.expect_response(lambda answer: "/sub/path/zh/" in answer.url and answer.ok):
        first.click()
    page.close()


def test_without_javascript_it_leads_to_the_papers(open_page: OpenPage) -> None:
    page = open_page("en/about/", java_script_enabled=False)
    page.locator("site-search a").click()
    assert page.url.endswith("/en/papers/")
