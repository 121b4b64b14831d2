"""Image files: what a browser decodes is read, anything else gets a sentence and the demo goes on."""

import pytest
from playwright.sync_api import expect

from tests.browser import files
from tests.browser.demo import LANGUAGES, ONE, Demo


def test_good_files_are_read(site, open_page):
    page = open_page("en/papers/lenet/")
    demo = Demo(page)
    title = page.title()
    for name, kind, data in files.good(files.handwritten(site, "6")):
        demo.clear()
        expect(demo.answer).to_have_text("·")
        demo.upload(name, kind, data)
        expect(demo.answer, name).to_have_text("6", timeout=60_000)
        demo.wait()
    assert page.title() == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_files_get_a_sentence_and_the_drawing_stays(language, site, open_page):
    demo = Demo(open_page(f"{language}/papers/lenet/"))
    demo.clear()
    demo.draw(ONE)
    demo.wait()
    for code, upload in files.bad(files.handwritten(site, "6")):
        demo.upload(*upload)
        demo.expect_sentence(code)
        expect(demo.answer).to_have_text("1")
        demo.alert.locator(".pd-close").click()
    demo.upload(*files.good(files.handwritten(site, "6"))[0])
    expect(demo.answer).to_have_text("6")


def test_a_cut_photograph_shows_its_part_or_a_sentence(site, open_page):
    """Browsers differ over a JPEG that lacks its end; the demo must not stop at either."""
    demo = Demo(open_page("en/papers/lenet/"))
    jpeg = files.encode(files.handwritten(site, "6"), "JPEG", quality=95)
    demo.upload("half.jpg", "image/jpeg", jpeg[: len(jpeg) // 2])
    demo.page.wait_for_function(
        "demo => demo.dataset.state === 'ready' || demo.querySelector('.pd-alert').dataset.code",
        arg=demo.element.element_handle(),
    )
    demo.upload(*files.good(files.handwritten(site, "6"))[0])
    expect(demo.answer).to_have_text("6", timeout=60_000)
