"""A camera for the browser tests: the browser's own, which films a test pattern."""

from playwright.sync_api import Browser, BrowserType, Page

from tests.browser.conftest import ARGUMENTS

GRANTED = "--use-fake-ui-for-media-stream"
KEEP_STREAM = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => (window.stream = await ask(wish));
"""
SLOW_CAMERA = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.streams = [];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    window.streams.push(stream);
    await new Promise((done) => { setTimeout(done, 500); });
    return stream;
  };
"""
NO_CAMERA = """
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError'); };
"""
LIVE = "() => streams.filter((stream) => stream.getTracks().some((track) => track.readyState === 'live')).length"


def with_camera(browser_type: BrowserType, launch: dict, *arguments: str) -> Browser:
    return browser_type.launch(**{**launch, "args": [*ARGUMENTS, "--use-fake-device-for-media-stream", *arguments]})


def camera_page(browser: Browser, url: str, script: str) -> Page:
    page = browser.new_page()
    page.add_init_script(script)
    page.goto(url)
    return page
