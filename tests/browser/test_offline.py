"""What was read or saved works without the network, and an update never mixes two versions of the site."""

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from export import offline
from export.server import Handler, open_server
from papers.schema import reviewed
from tests.browser.demo import LANGUAGES, ONE, SEVEN, Demo, come_to_demo
from tests.conftest import served

REVIEW = "{}/papers/lenet/"
UNREAD = "{}/about/"
WORDS = {
    "en": {"save": "Save for offline", "remove": "Remove", "retry": "Try again", "reload": "Reload"},
    "zh": {"save": "保存以便离线使用", "remove": "删除", "retry": "重试", "reload": "重新加载"},
}
# What the worker knows of a page, and what its caches hold.
RECORD = """async () => {
  for (const name of await caches.keys()) {
    if (name.endsWith(' record')) for (const r of await (await caches.open(name)).matchAll()) return r.json();
  }
  return { clients: {}, used: {}, saved: [] };
}"""
KEPT = """async () => {
  const name = (await caches.keys()).find((name) => name.endsWith(' files'));
  return name ? (await (await caches.open(name)).keys()).map(({ url }) => url.split('/').pop()) : [];
}"""
VERSIONS = """async () => (await caches.keys()).map((name) => name.split(' ').pop())
  .filter((name) => name !== 'files' && name !== 'record').sort()"""
UPDATE = "async () => { await (await navigator.serviceWorker.getRegistration()).update().catch(() => {}); }"
# Nothing on its way: while a worker is activating the browser holds requests back, for a second and more.
SETTLED = """async () => {
  const { installing, waiting, active } = await navigator.serviceWorker.getRegistration();
  return !installing && !waiting && active.state === 'activated';
}"""
CLIENTS = f"async () => Object.values((await ({RECORD})()).clients).map(([version]) => version)"
# Of which version this page's demo is: whether its worker is the new one, and the name of its graph.
PARTS = """async () => {
  const get = (path) => fetch(new URL(`../../../${path}`, location.href));
  const { model } = await (await get('models/lenet/lenet5.json')).json();
  return [(await (await get('assets/demo/worker.js')).text()).includes('// anew'), model.file];
}"""
# Overwrites what lies in the cache " files" or " record", or with "" in those of versions: all, or these names.
DAMAGE = """async ([cacheName, hashes]) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    if (!name.endsWith(cacheName) || (!cacheName && / (files|record)$/.test(name))) continue;
    for (const request of await cache.keys()) {
      const { headers } = await cache.match(request);
      const wanted = !hashes || hashes.includes(request.url.split('/').pop());
      if (wanted) await cache.put(request, new Response('damaged', { headers }));
    }
  }
}"""


@pytest.fixture
def copy(site: Path, tmp_path: Path) -> Path:
    """A site that a test may change: hard links, so that it costs no room. Write to it with `change`."""
    shutil.copytree(site, tmp_path / "site", copy_function=os.link)
    return tmp_path / "site"


@pytest.fixture(params=["/", "/sub/path/"], ids=["root", "sub-path"])
def url(copy: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    with served(copy, request.param) as url:
        yield url


def change(site: Path, name: str, edit: Callable[[str], str]) -> str:
    """Change a file of a copy, and write its list anew; returns the new version."""
    file = site / name
    text = edit(file.read_text(encoding="utf-8"))
    file.unlink()
    file.write_text(text, encoding="utf-8")
    return publish(site)


def publish(site: Path) -> str:
    return offline.write(site, reviewed())


def rewrite(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)  # it is a hard link
    file.write_bytes(content)


def tune(site: Path, name: str, value: int) -> None:
    """Give a constant of the worker another value."""
    worker = site / "sw.js"
    text, found = re.subn(rf"(?<=^const {name} = )[^;]+", str(value), worker.read_text(encoding="utf-8"), flags=re.M)
    assert found == 1
    rewrite(worker, text.encode())


def hashes(site: Path, path: str) -> list[str]:
    """The names under which the files that match a path are kept."""
    groups = json.loads((site / "offline.json").read_text(encoding="utf-8"))["groups"]
    found = [entry[0] for files in groups.values() for name, entry in files.items() if re.search(path, name)]
    assert found
    return found


def graph_name(site: Path) -> str:
    return json.loads((site / "models/lenet/lenet5.json").read_text(encoding="utf-8"))["model"]["file"]


def redeploy(site: Path) -> str:
    """Another version of every part of a review: pages, code, and new weights in place of the old."""
    folder = site / "models/lenet"
    manifest = json.loads((folder / "lenet5.json").read_text(encoding="utf-8"))
    old = folder / graph_name(site)
    graph = old.read_bytes() + b"\x32\x04anew"  # ModelProto.doc_string
    digest = hashlib.sha256(graph).hexdigest()
    manifest["model"] |= {"file": f"lenet5.{digest[:8]}.onnx", "sha256": digest, "bytes": len(graph)}
    old.unlink()
    (folder / manifest["model"]["file"]).write_bytes(graph)
    rewrite(folder / "lenet5.json", json.dumps(manifest).encode())
    for script in ("worker", "strings"):
        file = site / f"assets/demo/{script}.js"
        rewrite(file, file.read_bytes() + b"// anew\n")
    for page in (REVIEW, UNREAD, "{}/glossary/"):
        for language in LANGUAGES:
            file = site / page.format(language) / "index.html"
            rewrite(file, marked("anew")(file.read_text(encoding="utf-8")).encode())
    return publish(site)


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(service_workers="allow")
    errors: list[str] = []
    # What the theme's search says when its index, which nobody asked to keep, is out of reach.
    context.on("weberror", lambda error: "Network error" in str(error.error) or errors.append(str(error.error)))
    yield context
    context.close()
    assert not errors


def visit(context: BrowserContext, url: str) -> Page:
    """A page that the worker knows: it has been told what the page is made of."""
    page = context.new_page()
    page.goto(url)
    settled(page)
    return page


def settled(page: Page) -> None:
    until(page, "() => !!navigator.serviceWorker.controller", bool)
    until(page, RECORD, lambda record: record["used"])
    # What a page is made of is kept little by little, and a machine may be slow: a second without news is the end.
    kept: list[str] | None = None
    while kept != (kept := sorted(page.evaluate(KEPT))):
        page.wait_for_timeout(1000)


def without_network(page: Page) -> None:
    """The page once more, when all of it is kept and there is no network."""
    settled(page)
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.reload()


def save(page: Page) -> None:
    page.locator("save-offline button").click()
    expect(page.locator("save-offline")).to_have_attribute("data-state", "saved", timeout=60_000)


def update(page: Page) -> None:
    """Has the browser look for a new worker, and waits until that is in charge or was given up."""
    page.evaluate(UPDATE)
    until(page, SETTLED, bool)


def stop_worker(page: Page) -> None:
    """As the browser does with one that has nothing to do: the next request starts it anew."""
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")


def use(page: Page, strokes: list, answer: str) -> Demo:
    demo = Demo(page)
    demo.clear()
    demo.draw(strokes)
    demo.wait()
    expect(demo.answer).to_have_text(answer, timeout=60_000)
    return demo


def until(page: Page, script: str, check: Callable[[object], bool]) -> None:
    for _ in range(100):
        if check(found := page.evaluate(script)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"still {found}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_read_review_and_its_used_demo_work_offline(language, context, url):
    page = visit(context, url + REVIEW.format(language))
    use(page, SEVEN, "7")
    page.wait_for_timeout(500)
    context.set_offline(True)
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Source Sans 3"')
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    pictures = page.locator("paper-demo img")
    use(page, ONE, "1")
    assert pictures.evaluate_all("images => images.every(image => image.complete && image.naturalWidth)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_visit_is_enough(language, context, url):
    """Also when the demo was used before the worker was there."""
    page = context.new_page()
    page.goto(url + REVIEW.format(language), wait_until="commit")
    use(page, SEVEN, "7")
    without_network(page)
    use(page, ONE, "1")
    second = context.new_page()
    second.goto(url + REVIEW.format(language) + "#cite")
    expect(second.locator("h1")).to_contain_text("LeNet")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_the_first_visit_to_the_home_page_is_enough(context, url):
    page = context.new_page()
    page.goto(url + "en/", wait_until="commit")
    use(page, SEVEN, "7")
    without_network(page)
    use(page, ONE, "1")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_the_first_visit_is_enough_for_two_networks(context, url):
    page = context.new_page()
    page.goto(url + "en/papers/stn/", wait_until="commit")
    demo = Demo(page)
    demo.choose(demo.sample(1))
    demo.wait()
    without_network(page)
    demo = Demo(page)
    demo.choose(demo.sample(2))
    demo.wait()
    assert demo.element.evaluate("demo => demo.latest.models.length") == 2


def test_a_demo_alone_works_offline(context, url):
    page = visit(context, url + "embed/lenet/zh/")
    use(page, SEVEN, "7")
    page.wait_for_timeout(500)
    context.set_offline(True)
    page.reload()
    use(page, ONE, "1")


def test_a_page_never_read_says_so_in_both_languages(context, url):
    page = visit(context, url + REVIEW.format("en"))
    context.set_offline(True)
    for route in (UNREAD.format("en"), UNREAD.format("zh"), "no/such/page"):
        page.goto(url + route)
        expect(page.locator("h1")).to_have_text("This page is not available offline")
        expect(page.locator("section[lang=zh] h2")).to_have_text("此页尚不能离线阅读")
        assert page.locator("h1").evaluate("h => getComputedStyle(h).fontFamily").startswith('"Source Serif 4"')
        assert page.url == url + route
    page.locator("a[href='en/papers/']").click()
    page.go_back()
    context.set_offline(False)
    page.goto(url + UNREAD.format("en"))
    expect(page.locator("h1")).not_to_have_text("This page is not available offline")


@pytest.mark.parametrize("language", LANGUAGES)
def test_save_for_offline(language, context, url):
    words, other = WORDS[language], {"en": "zh", "zh": "en"}[language]
    page = visit(context, url + REVIEW.format(language))
    button = page.locator("save-offline button")
    expect(button).to_have_text(words["save"])
    expect(page.locator("save-offline .so-size")).to_have_text(re.compile(r"^1\d MB$"))
    button.click()
    expect(page.locator("save-offline")).to_have_attribute("data-state", "saved", timeout=60_000)
    context.set_offline(True)
    for reading in (language, other):
        page.goto(url + REVIEW.format(reading))
        demo = use(page, SEVEN, "7")
        demo.network("lenet1")
        demo.wait()
        expect(demo.answer).to_have_text("7", timeout=60_000)
    page.goto(url + f"embed/lenet/{other}/")
    use(page, ONE, "1")
    page.goto(url + REVIEW.format(language))
    expect(page.locator("save-offline")).to_have_attribute("data-state", "saved")
    page.locator("save-offline button", has_text=words["remove"]).click()
    expect(page.locator("save-offline button")).to_have_text(words["save"])
    page.goto(url + REVIEW.format(other))
    expect(page.locator("h1")).to_have_text("This page is not available offline")


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_saving_that_fails_says_why(language, context, copy, url):
    words = WORDS[language]
    page = visit(context, url + REVIEW.format(language))
    failed = page.locator("save-offline [role=alert]")
    context.set_offline(True)
    page.locator("save-offline button").click()
    expect(failed).to_have_attribute("data-code", "network")
    context.set_offline(False)
    # A disk of 3 MB.
    quota = {"origin": url.rstrip("/"), "quotaSize": 3_000_000}
    session = context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", quota)
    page.locator("save-offline button", has_text=words["retry"]).click()
    expect(failed).to_have_attribute("data-code", "full", timeout=60_000)
    assert any("\u4e00" <= character <= "\u9fff" for character in failed.inner_text()) == (language == "zh")
    page.reload()
    expect(page.locator("h1")).to_contain_text("LeNet")
    session.send("Storage.overrideQuotaForOrigin", {"origin": url.rstrip("/")})
    page.locator("save-offline button").click()
    expect(page.locator("save-offline")).to_have_attribute("data-state", "saved", timeout=60_000)


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_that_refuses(language, browser, url):
    context = browser.new_context(service_workers="allow")
    context.add_init_script(
        "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'))"
    )
    page = context.new_page()
    page.goto(url + REVIEW.format(language))
    page.locator("save-offline button").click()
    expect(page.locator("save-offline [role=alert]")).to_have_attribute("data-code", "refused")
    use(page, SEVEN, "7")
    context.close()


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_no_worker_where_the_context_is_not_secure(browser_type, browser_type_launch_args, copy, url):
    arguments = [*browser_type_launch_args["args"], "--host-resolver-rules=MAP plain.example 127.0.0.1"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    page = browser.new_page(service_workers="allow")
    page.goto(url.replace("127.0.0.1", "plain.example") + REVIEW.format("en"))
    assert page.evaluate("isSecureContext") is False
    Demo(page)
    expect(page.locator("save-offline")).to_have_count(0)
    browser.close()


# ------------------------------------------------------------------------------------------------------------- updates


def marked(name: str) -> Callable[[str], str]:
    return lambda text: text.replace("</h1>", f" {name}</h1>", 1)


def test_an_update_replaces_consistently(context, copy, url):
    """The page on show stays what it was; the next load is the new version in every part, also offline."""
    old = (copy / "sw.js").read_text(encoding="utf-8")
    page = visit(context, url + REVIEW.format("en"))
    use(page, SEVEN, "7")
    page.wait_for_timeout(500)
    before = page.evaluate(VERSIONS)
    strings = copy / "assets/demo/strings.js"
    text = strings.read_text(encoding="utf-8").replace("Runs on", "Runs now on")
    strings.unlink()
    strings.write_text(text, encoding="utf-8")
    version = change(copy, REVIEW.format("en") + "index.html", marked("anew"))
    assert version not in old

    update(page)
    until(page, VERSIONS, lambda found: version in found)
    # Not yet for this page: its own parts, though the server has others.
    assert "Runs on" in page.evaluate("fetch('../../../assets/demo/strings.js').then((answer) => answer.text())")
    assert page.evaluate(VERSIONS) == sorted([*before, version])

    context.set_offline(True)  # the new version came as a whole, with what had been read
    page.reload()
    expect(page.locator("h1")).to_contain_text("anew")
    come_to_demo(page)
    expect(page.locator("paper-demo")).to_contain_text("Runs now on")
    use(page, ONE, "1")


def test_a_page_newer_than_the_worker_is_left_to_the_network(context, copy, url):
    """Between an update of the site and that of the worker."""
    page = visit(context, url + REVIEW.format("en"))
    strings = copy / "assets/demo/strings.js"
    text = strings.read_text(encoding="utf-8").replace("Runs on", "Runs now on")
    strings.unlink()
    strings.write_text(text, encoding="utf-8")
    version = change(copy, REVIEW.format("en") + "index.html", marked("anew"))
    page.reload()
    expect(page.locator("h1")).to_contain_text("anew")
    come_to_demo(page)
    expect(page.locator("paper-demo")).to_contain_text("Runs now on")
    until(page, VERSIONS, lambda found: version in found)
    until(page, RECORD, lambda record: any(entry[0] == version for entry in record["clients"].values()))
    page.wait_for_timeout(500)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("anew")
    come_to_demo(page)
    expect(page.locator("paper-demo")).to_contain_text("Runs now on")


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_that_is_gone_is_announced(language, context, copy, url):
    """An old page needs a file of its own that the server no longer has: it is told so, and not given another one."""
    page = visit(context, url + REVIEW.format(language))
    demo = Demo(page)
    manifest = copy / "models/lenet/lenet1.json"
    text = manifest.read_text(encoding="utf-8") + " "
    manifest.unlink()
    manifest.write_text(text, encoding="utf-8")
    change(copy, REVIEW.format(language) + "index.html", marked("anew"))
    demo.network("lenet1")
    notice = page.locator(".so-notice")
    expect(notice).to_be_visible()
    assert any("\u4e00" <= character <= "\u9fff" for character in notice.inner_text()) == (language == "zh")
    notice.get_by_role("button", name=WORDS[language]["reload"]).click()
    expect(page.locator("h1")).to_contain_text("anew")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_a_half_published_site_does_not_replace_a_whole_one(context, copy, url):
    page = visit(context, url + REVIEW.format("en"))
    before = page.evaluate(VERSIONS)
    change(copy, "assets/css/site.css", lambda text: text + "/* new */")
    (copy / "assets/css/site.css").unlink()  # is still on its way
    update(page)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("LeNet")
    assert set(before) <= set(page.evaluate(VERSIONS))
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Source Sans 3"')


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_two_tabs_on_two_versions(context, copy, url):
    """What was saved goes on as it was, while another tab has the next version; then the old one is dropped."""
    tune(copy, "FRESH", 1000)
    a = visit(context, url + REVIEW.format("en"))
    save(a)
    (first,), old = a.evaluate(VERSIONS), graph_name(copy)
    second = redeploy(copy)
    tune(copy, "FRESH", 1000)
    b = context.new_page()
    b.goto(url + REVIEW.format("zh"))
    expect(b.locator("h1")).to_contain_text("anew")
    until(b, VERSIONS, lambda found: found == sorted([first, second]))
    until(b, CLIENTS, lambda found: set(found) >= {first, second})

    # The demo of A, untouched so far: its own worker, manifest and weights, which the server no longer has.
    use(a, SEVEN, "7")
    assert a.evaluate(PARTS) == [False, old]
    use(b, SEVEN, "7")
    assert b.evaluate(PARTS) == [True, graph_name(copy)]
    expect(a.locator(".so-notice")).to_have_count(0)

    a.locator("a[href$='/about/']").first.click()
    expect(a.locator("h1")).to_contain_text("anew")
    for tab in (a, b):
        tab.goto(url + REVIEW.format("en"))
        expect(tab.locator("h1")).to_contain_text("anew")
        use(tab, ONE, "1")
    until(b, VERSIONS, lambda found: found == [second])
    until(b, KEPT, lambda found: set(found) <= set(hashes(copy, "")))
    context.set_offline(True)
    for language in LANGUAGES:
        b.goto(url + REVIEW.format(language))
        expect(b.locator("h1")).to_contain_text("anew")
        use(b, SEVEN, "7")


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demo_first_used_after_an_update_mixes_nothing(language, context, copy, url):
    """Its weights were not kept, and the server has others: the reader is told, and gets no answer of a wrong pair."""
    a = visit(context, url + REVIEW.format(language))
    demo = Demo(a)
    version = redeploy(copy)
    b = context.new_page()
    b.goto(url + REVIEW.format(language))
    until(b, CLIENTS, lambda found: version in found)
    demo.clear()
    demo.draw(SEVEN)
    demo.expect_sentence("model-missing")
    expect(demo.answer).not_to_have_text("7")
    notice = a.locator(".so-notice")
    expect(notice).to_be_visible()
    # What a script of the page asks for, as instant loading would, is not another version's either.
    assert a.evaluate("fetch('../../about/').then(({ status }) => status)") == 410
    notice.get_by_role("button", name=WORDS[language]["reload"]).click()
    expect(a.locator("h1")).to_contain_text("anew")
    use(a, SEVEN, "7")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_an_old_page_does_not_join_a_new_version(context, copy, url):
    """It was there before any worker, and the first worker is of the next version."""
    worker = copy / "sw.js"
    worker.unlink()
    a = context.new_page()
    with a.expect_console_message(lambda message: "not kept for offline" in message.text):
        a.goto(url + REVIEW.format("en"))
    version = redeploy(copy)
    b = visit(context, url + REVIEW.format("en"))
    expect(a.locator(".so-notice")).to_be_visible()
    assert b.evaluate(CLIENTS) == [version]
    a.reload()
    expect(a.locator("h1")).to_contain_text("anew")
    until(b, CLIENTS, lambda found: len(found) > 1 and set(found) == {version})


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_a_forgotten_page_is_known_again_when_it_comes_back(context, copy, url):
    """From the browser's memory, in which it has no window that the worker could see."""
    page = visit(context, url + REVIEW.format("en"))
    use(page, SEVEN, "7")
    page.evaluate("async () => caches.delete((await caches.keys()).find((name) => name.endsWith(' record')))")
    stop_worker(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    until(page, CLIENTS, lambda found: found == page.evaluate(VERSIONS))
    context.set_offline(True)
    assert page.evaluate(PARTS) == [False, graph_name(copy)]


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_an_update_brings_the_new_form_of_what_was_used(context, copy, url):
    """Also of a graph, whose file then has another name."""
    page = visit(context, url + REVIEW.format("en"))
    use(page, SEVEN, "7")
    page.wait_for_timeout(500)
    version = redeploy(copy)
    update(page)
    until(page, VERSIONS, lambda found: version in found)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("anew")
    use(page, ONE, "1")
    assert page.evaluate(PARTS) == [True, graph_name(copy)]


class Failing(Handler):
    """A server that goes away when it is asked for a certain file."""

    fatal, gone = "", False

    def do_GET(self) -> None:
        Failing.gone = Failing.gone or bool(self.fatal and self.fatal in self.path)
        if not Failing.gone:
            super().do_GET()
        self.close_connection = True


@pytest.mark.parametrize("fatal", ["sw.js", "assets/demo/worker.js", "zh/papers/lenet/", "lenet5."])
def test_an_update_that_is_interrupted_loses_nothing(fatal, context, copy):
    """What was saved stays whole in the old version, until the new one has come as a whole: offline from the start, or
    cut off in the shell, at a page, at a graph."""
    with open_server(copy, 0) as server:
        server.RequestHandlerClass = partial(Failing, directory=str(copy), mount="/", live=None)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = visit(context, server.url + REVIEW.format("en"))
        save(page)
        before = page.evaluate(VERSIONS)
        version = redeploy(copy)
        Failing.fatal = fatal
        update(page)
        assert Failing.gone
        for language in LANGUAGES:
            page.goto(server.url + REVIEW.format(language))
            expect(page.locator("h1")).not_to_contain_text("anew")
            use(page, SEVEN, "7")
            assert page.evaluate(PARTS)[0] is False
            expect(page.locator("save-offline")).to_have_attribute("data-state", "saved")
        assert set(before) <= set(page.evaluate(VERSIONS))
        Failing.fatal, Failing.gone = "", False
        update(page)
        until(page, VERSIONS, lambda found: version in found)
        context.set_offline(True)
        for language in LANGUAGES:
            page.goto(server.url + REVIEW.format(language))
            expect(page.locator("h1")).to_contain_text("anew")
            use(page, ONE, "1")
            assert page.evaluate(PARTS) == [True, graph_name(copy)]
            expect(page.locator("save-offline")).to_have_attribute("data-state", "saved")
        server.shutdown()


# ------------------------------------------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_a_full_disk_loses_nothing_that_was_read(context, copy, url):
    page = visit(context, url + UNREAD.format("zh"))
    page.goto(url + REVIEW.format("en"))
    settled(page)
    kept = set(page.evaluate(KEPT))
    session = context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": url.rstrip("/"), "quotaSize": 3_000_000})
    page.locator("save-offline button").click()
    expect(page.locator("save-offline [role=alert]")).to_have_attribute("data-code", "full", timeout=60_000)
    after = set(page.evaluate(KEPT))
    assert after >= kept
    # What saving had already taken is given back. (The page itself may go on to read a part of its own meanwhile.)
    assert not after & set(hashes(copy, r"\.(onnx|wasm)$"))
    assert page.evaluate(RECORD)["saved"] == []
    # Nothing at all can be written now: pages that were not read still come from the network.
    session.send("Storage.overrideQuotaForOrigin", {"origin": url.rstrip("/"), "quotaSize": 1})
    for route in (REVIEW.format("zh"), "en/glossary/", REVIEW.format("en")):
        page.goto(url + route)
        expect(page.locator("h1")).to_be_visible()
    use(page, SEVEN, "7")
    context.set_offline(True)
    for route in (UNREAD.format("zh"), REVIEW.format("en")):
        page.goto(url + route)
        expect(page.locator("h1")).not_to_have_text("This page is not available offline")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_what_the_disk_has_damaged_is_fetched_again(context, copy, url):
    page = visit(context, url + REVIEW.format("en"))
    use(page, SEVEN, "7")
    page.wait_for_timeout(500)
    kept = set(page.evaluate(KEPT))
    for cache in (" files", "", " record"):
        page.evaluate(DAMAGE, [cache, None])
        stop_worker(page)
        page.reload()
        expect(page.locator("h1")).to_contain_text("LeNet")
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Source Sans 3"')
        use(page, ONE, "1")
        settled(page)
    assert set(page.evaluate(KEPT)) >= kept
    context.set_offline(True)
    page.reload()
    use(page, SEVEN, "7")


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_damage_without_a_network_is_said(language, context, copy, url):
    page = visit(context, url + REVIEW.format(language))
    save(page)
    context.set_offline(True)
    page.evaluate(DAMAGE, [" files", hashes(copy, graph_name(copy))])
    page.reload()
    demo = Demo(page)
    demo.clear()
    demo.draw(SEVEN)
    demo.expect_sentence("offline")
    expect(demo.answer).not_to_have_text("7")
    page.reload()
    expect(page.locator("save-offline button")).to_have_text(WORDS[language]["save"])  # it is not whole any more
    context.set_offline(False)
    page.reload()
    save(page)
    context.set_offline(True)
    page.reload()
    use(page, SEVEN, "7")


# ------------------------------------------------------------------------------------------------------------- search


def search(page: Page, query: str) -> Locator:
    """Type a query into the box; what it says."""
    page.locator("site-search button").click()
    page.locator(".lp-search [role=combobox]").fill(query)
    return page.locator(".lp-search__status")


@pytest.mark.parametrize("url", ["/sub/path/"], indirect=True)
def test_search_comes_with_what_was_saved(context, copy, url):
    page = visit(context, url + REVIEW.format("en"))
    save(page)
    context.set_offline(True)
    for language, query in (("en", "subsampling"), ("zh", "卷积"), ("zh", "LeNet")):
        page.goto(url + REVIEW.format(language))
        search(page, query)
        first = page.locator(".lp-search [role=option]").first
        expect(first).to_have_attribute("href", re.compile(f"/sub/path/{language}/"), timeout=15_000)
    first.click()
    expect(page.locator("h1")).to_contain_text("LeNet")
    status = search(page, "qqxyzzyqq")
    expect(status).to_contain_text({"en": "Nothing found", "zh": "没有找到"}["zh"], timeout=15_000)


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize(("language", "other"), [("en", "Kaiming He"), ("zh", "锚框")])
def test_search_that_was_used_works_offline_as_a_whole(language, other, context, copy, url):
    """Also for words whose part of the index was not needed before, and after an update."""
    page = visit(context, url + UNREAD.format(language))
    for step in ("used", "updated"):
        if step == "used":
            search(page, "LeNet")
            page.locator(".lp-search [role=option]").first.wait_for(timeout=15_000)
            page.keyboard.press("Escape")
        else:
            context.set_offline(False)
            redeploy(copy)
            update(page)
        index = set(hashes(copy, f"^{language}/search/"))
        until(page, KEPT, index.issubset)
        context.set_offline(True)
        page.reload()
        search(page, other)
        expect(page.locator(".lp-search [role=option]").first).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("url", ["/"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_search_that_was_not_kept_says_so(language, context, copy, url):
    page = visit(context, url + REVIEW.format(language))
    context.set_offline(True)
    page.reload()
    status = search(page, "LeNet")
    expect(status).to_contain_text(WORDS[language]["save"])
    expect(status).to_contain_text({"en": "You are offline", "zh": "当前没有网络"}[language])
    context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator(".lp-search")).to_be_hidden(timeout=15_000)  # it leads to the page that was found
    assert page.url.startswith(url + REVIEW.format(language))


# ----------------------------------------------------------------------------------------------------- what is bounded


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_what_is_kept_is_bounded(context, copy, url):
    """What was not used for longest goes first; the shell stays."""
    tune(copy, "MOST", 1)
    page = visit(context, url + UNREAD.format("en"))
    for route in (UNREAD.format("zh"), "en/glossary/"):
        page.goto(url + route)
        page.wait_for_timeout(1000)
    context.set_offline(True)
    page.goto(url + "en/glossary/")
    expect(page.locator("h1")).to_contain_text("Glossary")
    page.goto(url + UNREAD.format("en"))
    expect(page.locator("h1")).to_have_text("This page is not available offline")


@pytest.mark.parametrize("url", ["/"], indirect=True)
def test_papers_that_were_read_leave_in_order_and_saved_ones_stay(context, copy, url):
    papers = ["first", "second", "third", "fourth"]
    text = (copy / REVIEW.format("en") / "index.html").read_text(encoding="utf-8")
    size = len(text.encode())
    for slug in papers:
        for language in LANGUAGES:
            page_ = text.replace("models/lenet/", f"models/{slug}/").replace('slug="lenet"', f'slug="{slug}"')
            file = copy / language / "papers" / slug / "index.html"
            file.parent.mkdir()
            file.write_text(page_.replace("</h1>", f" {slug} {language}</h1>", 1), encoding="utf-8")
        shutil.copytree(copy / "models/lenet", copy / "models" / slug, copy_function=os.link)
    offline.write(copy, papers)
    tune(copy, "LIMIT", int(2.5 * size))
    page = visit(context, f"{url}en/papers/first/")
    save(page)
    for slug in papers[1:]:
        page.goto(f"{url}en/papers/{slug}/")
        settled(page)
        until(page, RECORD, lambda record, slug=slug: slug in record["used"])
    until(page, KEPT, lambda found: hashes(copy, "^en/papers/second/")[0] not in found)
    context.set_offline(True)
    for slug, there in zip(papers, (True, False, True, True), strict=True):
        page.goto(f"{url}en/papers/{slug}/")
        text = f"{slug} en" if there else "This page is not available offline"
        expect(page.locator("h1")).to_contain_text(text)
    page.goto(f"{url}zh/papers/first/")
    use(page, SEVEN, "7")
