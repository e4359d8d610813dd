"""The page in a real browser: zoom, search, source, keyboard; and nothing that a flow brings in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ivrkit.flow.drawing import Atlas
from ivrkit.flow.drawing.formats.html import Html
from tests.flow.drawing.conftest import BANK, BELOW, HOSTILE, atlas, hostile, large

Open = Callable[[Atlas], Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of an atlas from a file; whatever it complains of fails the test."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda told: complaints.append(told.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    def open_(drawn: Atlas) -> Page:
        file = tmp_path / "flow.html"
        file.write_text(Html().render(drawn), "utf-8")
        page.goto(file.as_uri())
        return page

    yield open_
    assert complaints == []
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()


def bank() -> Atlas:
    return atlas({"main": BANK, "below": BELOW})


def view(page: Page) -> list[float]:
    box = page.get_attribute("#stage > svg:not([hidden])", "viewBox")
    assert box is not None
    return [float(number) for number in box.split()]


def test_it_opens_and_shows_the_whole_flow(opened: Open) -> None:
    page = opened(bank())
    assert page.inner_text("h1") == "The main line"
    x, y, _, _ = view(page)
    assert page.locator("#stage > svg:not([hidden]) .box").count() == len(bank().main.boxes)
    assert x <= 0
    assert y <= 0
    assert page.is_visible("text=Press 1 or 2.")


def test_zoom_by_button_wheel_and_key(opened: Open) -> None:
    page = opened(bank())
    widths = [view(page)[2]]
    page.click("#in")
    widths.append(view(page)[2])
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"{widths[-1]} > {WIDTH}")
    widths.append(view(page)[2])
    page.keyboard.press("+")
    widths.append(view(page)[2])
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 4
    page.keyboard.press("0")
    assert view(page)[2] == widths[0]


WIDTH = "document.querySelector('#stage > svg:not([hidden])').viewBox.baseVal.width"


def test_it_moves_with_the_mouse_and_the_arrow_keys(opened: Open) -> None:
    page = opened(bank())
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = view(page)
    page.mouse.move(600, 700)
    page.mouse.down()
    page.mouse.move(500, 650, steps=4)
    page.mouse.up()
    dragged = view(page)
    assert dragged[0] > moved[0]
    assert dragged[1] > moved[1]


@pytest.mark.parametrize(
    ("wanted", "count"), [("press 1 or 2", 1), ("QUEUE", 1), ("other", 1), ("*31", 1), ("say", 4)]
)
def test_search_finds_texts_verbs_sections_and_keys(opened: Open, wanted: str, count: int) -> None:
    page = opened(bank())
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    assert page.inner_text("#count") == f"{count} found"
    assert page.locator(".hit").count() == count
    page.keyboard.press("Enter")
    assert page.inner_text("#count") == f"1 of {count}"
    assert page.is_visible("#panel")
    page.keyboard.press("Escape")
    assert page.locator(".hit").count() == 0


def test_a_click_shows_the_source_of_a_step(opened: Open) -> None:
    page = opened(bank())
    assert not page.is_visible("#panel")
    page.click("text=menu Press 1 or 2.")
    assert page.inner_text("#where") == "main.yaml:14"
    assert page.inner_text("#source .on").strip() == "- menu:"
    assert page.locator("#source span").count() == len(bank().sources["main"].text.split("\n"))
    page.click("#all")
    page.click(".box.section .title >> text=agent")
    assert page.inner_text("#source .on").strip() == "agent:"
    page.click("#close")
    assert not page.is_visible("#panel")


def test_the_keyboard_alone_is_enough(opened: Open) -> None:
    page = opened(bank())
    page.locator(".row", has_text="answer").focus()
    page.keyboard.press("Enter")
    assert page.inner_text("#where") == "main.yaml:13"
    assert page.inner_text("#source .on").strip() == "- answer"
    page.keyboard.press("Escape")
    assert not page.is_visible("#panel")


def test_a_folded_flow_unfolds(opened: Open) -> None:
    page = opened(bank())
    page.click(".box.flow .title")
    assert page.input_value("#flow") == "below"
    assert page.is_visible("text=Below.")
    page.click("text=say Below.")
    assert page.inner_text("#where").startswith("below.yaml:")
    page.select_option("#flow", "main")
    assert page.is_visible("text=Press 1 or 2.")


def test_what_a_flow_brings_is_text_and_nothing_else(opened: Open) -> None:
    page = opened(hostile())
    assert page.inner_text("h1") == HOSTILE
    page.click(".row >> nth=0")
    assert HOSTILE in page.inner_text("#source")
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0


def test_the_policy_lets_nothing_else_in(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "flow.html"
    text = Html().render(bank()).replace("</main>", "</main><script>window.broken = 3</script>")
    file.write_text(text, "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("window.broken") is None
    assert page.evaluate("typeof show") == "function"
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(opened: Open, scheme: str) -> None:
    page = opened(bank())
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    ink = page.evaluate("getComputedStyle(document.body).color")
    paper = page.evaluate("getComputedStyle(document.querySelector('.paper')).fill")
    light = {"light": ("rgb(28, 36, 48)", "rgb(255, 255, 255)")}
    assert (ink, paper) == light.get(scheme, ("rgb(228, 233, 240)", "rgb(20, 24, 31)"))


def test_a_large_flow(opened: Open) -> None:
    page = opened(large())
    assert page.locator(".box.section").count() == 71
    page.keyboard.press("/")
    page.keyboard.type("part 69")
    page.keyboard.press("Enter")
    assert page.inner_text("#where").startswith("main.yaml:")


def test_links_open_an_editor_where_they_are_wanted(opened: Open) -> None:
    drawn = bank()
    source = drawn.sources["main"]
    linked = type(source)(source.file, source.text, "vscode://file/flows/main.yaml")
    page = opened(Atlas(drawn.drawings, {**drawn.sources, "main": linked}))
    page.click("text=menu Press 1 or 2.")
    assert page.get_attribute("#open", "href") == "vscode://file/flows/main.yaml:14"
