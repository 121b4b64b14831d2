"""The list builder: with the keyboard, by touch, and from its address, in both languages."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

TEXTS = {
    "en": {
        "up": "Move ResNet up",
        "drop": "Take VGG out",
        "copy": "Copy",
        "gone": "Not on this site",
        "title": "Week 6",
    },
    "zh": {"up": "上移 ResNet", "drop": "移除 VGG", "copy": "复制", "gone": "本站没有", "title": "第 6 周"},
}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def chosen(page):
    return page.locator(".lb-chosen > li").evaluate_all("items => items.map(item => item.dataset.slug)")


def opened(open_page, route, **options):
    page = open_page(route, **options)
    page.locator(".lb-picks li").first.wait_for()
    return page


def query(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


@pytest.mark.parametrize("language", TEXTS)
def test_a_list_is_built_with_the_keyboard_and_its_address_gives_it_back(language, open_page):
    texts = TEXTS[language]
    page = opened(open_page, f"{language}/lists/build/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#lb-find").focus()
    for typed in ("lenet", "vgg", "resnet"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    assert chosen(page) == ["lenet", "vgg", "resnet"]
    page.get_by_role("button", name=texts["up"]).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert chosen(page) == ["resnet", "lenet", "vgg"]
    assert page.evaluate("document.activeElement.closest('li')?.dataset.slug") == "resnet", "the focus stays with it"
    page.get_by_role("button", name=texts["drop"]).focus()
    page.keyboard.press("Space")
    page.locator("#lb-title").focus()
    page.keyboard.type(texts["title"])
    page.locator("[role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("title="))
    assert query(page) == {"papers": "resnet,lenet", "title": texts["title"], "format": "latex"}

    page.get_by_role("button", name=texts["copy"], exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#lb-panel [role=status]", has_text=re.compile(".")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#lb-text").input_value()
    assert copied.index("{ResNet}") < copied.index("{LeNet}") and f"\\section*{{{texts['title']}}}" in copied
    assert re.search(rf"\\href\{{https?://[^}}]+/{language}/papers/resnet/\}}", copied)

    page.reload()
    page.locator(".lb-chosen > li").first.wait_for()
    assert chosen(page) == ["resnet", "lenet"]
    assert page.locator("#lb-title").input_value() == texts["title"]
    assert page.locator("#lb-text").input_value() == copied


@pytest.mark.parametrize("language", TEXTS)
def test_a_wrong_address_is_explained_and_the_rest_kept(language, open_page):
    page = opened(open_page, f"{language}/lists/build/?papers=lenet,nosuch,resnet&title=a%3Cb%3E")
    assert chosen(page) == ["lenet", "resnet"]
    problem = page.locator(".lb-problem")
    assert TEXTS[language]["gone"] in problem.inner_text() and "nosuch" in problem.inner_text()
    assert "# a\\<b\\>" in page.locator("#lb-text").input_value()


def test_the_other_language_opens_the_same_list(open_page):
    page = opened(open_page, "en/lists/build/?papers=fcn,unet&title=T&format=html")
    english = page.locator("#lb-text").input_value()
    page.locator("a.lp-language").click()
    page.wait_for_url(re.compile("/zh/lists/build/"))
    page.locator(".lb-chosen > li").first.wait_for()
    assert chosen(page) == ["fcn", "unet"]
    assert "/zh/papers/fcn/" in page.locator("#lb-text").input_value() and "/en/papers/fcn/" in english


def test_by_touch_and_what_was_cleared_comes_back(open_page):
    page = opened(open_page, "zh/lists/build/", **PHONE)
    for slug in ("yolo-v1", "ssd"):
        page.locator(f".lb-picks [data-slug={slug}] button").tap()
    page.locator(".lb-chosen [data-slug=ssd] .lb-up").tap()
    assert chosen(page) == ["ssd", "yolo-v1"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator(".lb-moves button").evaluate_all(
        "all => all.filter(one => one.offsetHeight < 24 || one.offsetWidth < 24).length"
    )
    assert small == 0
    page.get_by_role("button", name="清空", exact=True).tap()
    assert chosen(page) == [] and page.locator(".lb-output").is_hidden()
    page.go_back()
    page.locator(".lb-chosen > li").first.wait_for()
    assert chosen(page) == ["ssd", "yolo-v1"]


def test_a_ready_list_is_a_start(open_page):
    page = open_page("en/lists/cnn-course/")
    page.locator(".lp-button[href*='build']").click()
    page.locator(".lb-chosen > li").first.wait_for()
    assert len(chosen(page)) == 22 and not page.locator(".lb-problem").count()
    with page.expect_download() as download:
        page.locator("#lb-bibtex").click()
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "reading-list.bib"
    assert download.value.path().read_text(encoding="utf-8").count("\n@") == 22


@pytest.mark.parametrize("language", TEXTS)
def test_when_the_papers_cannot_be_loaded_it_says_so_and_tries_again(language, open_page):
    page = open_page(
        f"{language}/lists/build/", prepare=lambda page: page.route("**/lists/papers.json", lambda r: r.abort())
    )
    page.locator(".lb-problem").wait_for()
    assert page.locator("list-builder a").count() == 3
    page.unroute("**/lists/papers.json")
    page.locator(".lb-problem button").click()
    page.locator(".lb-picks li").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_full_builder(scheme, open_page):
    page = opened(open_page, "zh/lists/build/?papers=lenet,resnet,nosuch&title=T", color_scheme=scheme)
    page.evaluate(open("node_modules/axe-core/axe.min.js", encoding="utf-8").read())  # noqa: SIM115
    assert page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])") == []
