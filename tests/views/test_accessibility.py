"""The page in a real browser: accessible in light and dark, on a phone and on paper.

Chromium must be there where the project is proved (the environment variable CI); elsewhere these tests need it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from books import court_reports, save, small_book
from probation_ratings import load_rules
from probation_ratings.__main__ import main, rate
from shared import EXAMPLE, EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request


CHROMIUM = shutil.which("chromium")
KINDS = ["one region", "many regions", "panel and small samples", "percentages only"]
REPORTS = ["problems of one file", "problems of many files", "no problem"]
WIDER = """[...document.querySelectorAll('.framed, .framed td, .framed th')].filter(one =>
    one.clientWidth && one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 200))"""
"""The tables and cells whose content is wider than they are."""
REVIEWED = {
    # A head that spans its row names the group of rows below it: a domain or a standard. axe looks in its own row.
    "th-has-data-cells",
}
"""The rules of axe that leave a question open which a person has answered."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="needs chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Shows an address on a screen of so many pixels: one page for all tests, which it only lays out again.

    A test that changes what is shown, or looks at how it is loaded, loads it anew, and the next one does so too.
    """
    page = browser.new_page()
    shown = ""

    def show(
        address: str, width: int, height: int = 740, scheme: Any = "light", media: Any = "screen", anew: bool = False
    ) -> Page:
        nonlocal shown
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, media=media)
        if anew or address != shown:
            page.goto(address)
            shown = "" if anew else address
        return page

    yield show
    page.close()


@pytest.fixture(scope="module", params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page of each kind."""
    folder = tmp_path_factory.mktemp("page")
    panel = small_book() | {
        "Court reports": court_reports(["Yes", "No"]),
        "Panel decisions": [["Standard", "Rating", "Reason"], ["R2.3", "Good", "Reports were read again."]],
    }
    panel["Inspection"][1][1] = "Kent Surrey and Sussex"
    broken = small_book()
    broken["PDU cases"][1][3] = "Maybe"
    every: dict[str, list[Any]] = {
        "one region": [EXAMPLE],
        "many regions": [EXAMPLE, save(panel, folder / "panel.xlsx"), save(broken, folder / "broken.xlsx")],
        "panel and small samples": [folder / "panel.xlsx"],
        "percentages only": [EXAMPLES / "public-protection.xlsx", "--rules", "public-protection-2025"],
    }
    target = folder / "page.html"
    assert rate([*map(str, every[request.param]), "-o", str(target)]) == (1 if request.param == "many regions" else 0)
    return target.as_uri()


@pytest.fixture(scope="module", params=REPORTS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report of a check of each kind."""
    folder = tmp_path_factory.mktemp("report")
    broken = small_book()
    broken["Inspection"][1][1] = "Scotland"
    broken["PDU cases"][1][3] = "Maybe " * 20
    broken["PDU cases"] += [["Total", *[None] * 11], ["Total", *[None] * 11]]
    broken["Court reports"] = [["Report ID", "R2.3.1"], *([f"C{n}", "Perhaps"] for n in range(0, 300, 2)), ["D", "Yes"]]
    (folder / "half.xlsx").write_bytes(b"PK\x03\x04 no archive")
    workbooks = {
        "problems of one file": [save(broken, folder / "a_file_with_quite_a_long_name_and_no_space_in_it.xlsx")],
        "problems of many files": [folder, EXAMPLE],
        "no problem": [EXAMPLE],
    }[request.param]
    target = folder.parent / f"{folder.name}.html"
    status = {"problems of one file": 1, "problems of many files": 3, "no problem": 0}[request.param]
    assert main(["check", *map(str, workbooks), "-o", str(target)]) == status
    return target.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_report(at: Callable[..., Page], report: str, scheme: Any) -> None:
    assert objections(at, report, scheme) == []


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_a_report_never_scrolls_sideways(at: Callable[..., Page], report: str, width: int) -> None:
    assert widths(at(report, width)) == {width}


def test_a_report_asks_nothing_of_the_network_and_the_policy_refuses_nothing(
    at: Callable[..., Page], report: str
) -> None:
    with heard(at(report, 1280)) as (asked, said):
        page = at(report, 1280, anew=True)
        assert page.evaluate("getComputedStyle(document.querySelector('.overall')).fontSize") == "20px"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the problems"
    assert (asked, said) == ([report], [])


@contextmanager
def heard(page: Page) -> Iterator[tuple[list[str], list[str]]]:
    """What a page asks for and what the browser says of it while this lasts."""
    asked: list[str] = []
    said: list[str] = []

    def ask(request: Request) -> None:
        asked.append(request.url)

    def say(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("request", ask)
    page.on("console", say)
    yield asked, said
    page.remove_listener("request", ask)
    page.remove_listener("console", say)


def undecided(found: Any) -> list[tuple[str, str]]:
    """The questions that axe leaves open and nobody has answered."""
    return [
        (one["id"], node["html"])
        for one in found["incomplete"]
        for node in one["nodes"]
        # axe does not know what a text in a picture is drawn on: a test below does
        if one["id"] not in REVIEWED and not (one["id"] == "color-contrast" and node["html"].startswith("<text "))
    ]


RULES_MET = {"target-size", "color-contrast", "landmark-unique"}
"""Some of the rules that axe must have looked at on every page; of colours in the dark, the second."""
DARK = """[...document.styleSheets].flatMap(one => [...one.cssRules])
    .filter(one => one instanceof CSSMediaRule && one.conditionText.includes('dark'))
    .flatMap(one => [...one.cssRules]).flatMap(one => [one.selectorText, ...one.style])"""
"""What a page has another way in the dark: selectors and properties."""


def objections(at: Callable[..., Page], address: str, scheme: Any) -> list[tuple[str, str]]:
    """What axe objects to on a page, what it leaves open, and the rules that it did not look at.

    In the dark a page must have other colours, and nothing else: only the rules on colours are asked again.
    """
    page = at(address, 1280, 900, scheme)
    # the size of targets is a rule of WCAG 2.2 that axe leaves off by itself
    rules: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
    if scheme == "dark":
        selector, *properties = page.evaluate(DARK)
        assert selector == ":root"
        assert {"--ink", "--paper"} <= set(properties)
        assert [one for one in properties if not one.startswith("--")] == []
        rules = {"runOnly": {"type": "tag", "values": ["cat.color"]}}
    found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"], **rules}).response
    violations = [(one["id"], node["html"]) for one in found["violations"] for node in one["nodes"]]
    unmet = RULES_MET - {one["id"] for one in found["passes"]}
    if scheme == "dark":
        unmet &= {"color-contrast"}
    return [*violations, *undecided(found), *((one, "not looked at") for one in sorted(unmet))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(at: Callable[..., Page], address: str, scheme: Any) -> None:
    assert objections(at, address, scheme) == []


@pytest.fixture(scope="module", params=["front page", "comparison"])
def of_two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the front page of a site of two regions, or of a comparison of two inspections of one."""
    folder = tmp_path_factory.mktemp("two")
    other = small_book()
    other["Judgements"][1][2] = "They lead well."
    front = request.param == "front page"
    other["Inspection"][1][1] = "Wales" if front else "East of England"
    both = [str(EXAMPLE), str(save(other, folder / "other.xlsx")), "-q"]
    if front:
        assert rate([*both, "-f", "html", "-o", f"{folder}/site/"]) == 0
        return (folder / "site" / "index.html").as_uri()
    assert main(["compare", *both, "-o", str(folder / "page.html")]) == 0
    return (folder / "page.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_front_page_of_a_site_and_in_a_comparison(
    at: Callable[..., Page], of_two: str, scheme: Any
) -> None:
    assert objections(at, of_two, scheme) == []


def test_the_front_page_of_a_site_and_a_comparison_never_scroll_sideways(at: Callable[..., Page], of_two: str) -> None:
    assert widths(at(of_two, 320)) == {320}


def test_the_comparison_of_twelve_regions_fits_on_1100_pixels(at: Callable[..., Page], tmp_path: Path) -> None:
    rules = load_rules("regional-2023")
    assert rules.regions is not None
    for number, region in enumerate(rules.regions.names):
        book = small_book()
        book["Inspection"][1][1] = region
        for row in book["Judgements"][1:]:
            row[1] = "Requires improvement"  # the longest rating, as 50% is
        for sheet in ("PDU cases", "Court reports", "Unpaid work cases", "Victim cases"):
            book[sheet][2] = ["No" if one in {"Yes", "Not applicable"} else one for one in book[sheet][2]]
        save(book, tmp_path / f"{number}.xlsx")
    assert rate([str(tmp_path), "-q", "-f", "html", "-o", f"{tmp_path}/site/"]) == 0
    page = at((tmp_path / "site" / "index.html").as_uri(), 1100, 900)
    wider, shown = page.evaluate(WIDER), page.locator(".comparison th >> visible=true").count()
    assert wider == []
    assert shown == 12 + 12  # a table still: regions, and the heads of its columns


def luminance(colour: str) -> float:
    """The relative luminance of a colour as a browser names it, as WCAG defines it."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_in_pictures_have_contrast(at: Callable[..., Page], address: str, scheme: Any) -> None:
    found = at(address, 1280, 900, scheme).evaluate(
        """[...document.querySelectorAll('.chart text, .chart circle, .chart path')].map(one => {
            const fill = of => getComputedStyle(of).fill, around = one.closest('svg:not(.whole)');
            const under = one.tagName !== 'text' ? [...around.querySelectorAll('rect')]
                : one.matches('[class^=i]') ? [one.previousElementSibling] : [];
            const ink = one.tagName === 'circle' ? getComputedStyle(one).stroke : fill(one);
            return [one.tagName, ink, under.length ? under.map(fill) : [getComputedStyle(document.body).backgroundColor]];
        })"""
    )
    for tag, ink, grounds in found:
        for ground in grounds:
            high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= (4.5 if tag == "text" else 3), (tag, ink, ground)


def widths(page: Page) -> set[int]:
    """How wide a page is, as it says itself and as a picture of the whole page would be."""
    of_picture = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")["cssContentSize"]["width"]
    return {page.evaluate("document.documentElement.scrollWidth"), of_picture}


@pytest.mark.parametrize("width", [320, 360, 800, 1280])
def test_the_page_never_scrolls_sideways(at: Callable[..., Page], address: str, width: int) -> None:
    assert widths(at(address, width)) == {width}


def test_the_answer_is_on_the_first_screen_of_a_phone(at: Callable[..., Page], address: str) -> None:
    page = at(address, 360)
    answer, contents = (
        page.evaluate("one => document.querySelector(one).getBoundingClientRect().toJSON()", one)
        for one in ("main > .head :is(.answer, .publisher)", "nav")
    )
    assert 0 < answer["top"] < answer["bottom"] < 740
    assert contents["top"] > answer["bottom"]


@pytest.mark.parametrize("width", [320, 360, 800, 1024, 1280])
def test_no_table_is_wider_than_its_place(at: Callable[..., Page], address: str, width: int) -> None:
    # 320 pixels are what a screen of 1280 shows at 400%
    assert at(address, width).evaluate(WIDER) == []


def test_a_key_question_is_stacked_on_a_phone(at: Callable[..., Page], address: str) -> None:
    page = at(address, 360)
    rows = page.evaluate(
        """[...document.querySelectorAll('.questions tbody tr')].map(row =>
            ['th', '.percentage', '.rated', '.cases', '.bar'].map(one => row.querySelector(one)).filter(Boolean)
            .map(one => one.getBoundingClientRect()).map(box => [box.left, box.right, box.top, box.bottom]))"""
    )
    assert rows
    for text, *others in rows:
        assert all(left >= 0 and right <= 360 for left, right, *_ in (text, *others))
        assert all(top >= text[3] for _, _, top, _ in others)
        assert others[-1][1] - others[-1][0] > 300  # the bar has the width of the screen


def test_stacked_tables_are_tables_for_a_screen_reader(at: Callable[..., Page], address: str) -> None:
    shown = at(address, 360).locator(".questions").first.aria_snapshot()
    assert "table " in shown.splitlines()[0]
    for role in ('- columnheader "Key question"', "- row ", "- rowheader ", "- cell "):
        assert role in shown


def test_bars_are_drawn_as_long_as_their_percentages(at: Callable[..., Page], address: str) -> None:
    drawn = at(address, 1280).evaluate(
        """[...document.querySelectorAll('svg.bar')].map(svg => {
            const [whole, part] = [svg, svg.querySelector('.reached')].map(one => one.getBoundingClientRect().width);
            return [svg.querySelector('title').textContent, Math.round(100 * part / whole)];
        })"""
    )
    assert drawn
    for title, percentage in drawn:
        assert re.search(rf": {percentage}%[,.]", title)


def test_the_keyboard_reaches_the_ratings_first(at: Callable[..., Page], address: str) -> None:
    page = at(address, 800, 600, anew=True)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") in {"Skip to the ratings", "Skip to the percentages"}
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_nothing_is_asked_of_the_network_and_the_policy_refuses_nothing(at: Callable[..., Page], address: str) -> None:
    with heard(at(address, 1280)) as (asked, said):
        page = at(address, 1280, anew=True)
        assert page.evaluate("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
    assert (asked, said) == ([address], [])


def test_it_prints_on_a4(at: Callable[..., Page], address: str) -> None:
    # A4 without its margins is 182 mm: 688 pixels of 1/96 inch
    page = at(address, 688, 1000, media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == 688
    wider = page.evaluate(WIDER)
    printed = page.pdf(prefer_css_page_size=True)
    assert wider == []
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    sizes = set(re.findall(rb"/MediaBox\s*\[0 0 (\d+)\S* (\d+)", printed))
    assert pages >= 2
    assert sizes <= {(b"594", b"841"), (b"595", b"842"), (b"595", b"841"), (b"594", b"842")}
    assert sizes


def forty_pdus(path: Path) -> Path:
    """A region of 40 PDUs with names of one long word and more."""
    book = small_book()
    names = [f"{place} {part}" for place in ("Bedfordshire", "Northamptonshire", "Kensington and Chelsea", "Ynys Mon")
             for part in ["North", "South", "East", "West", "Central", "Upper", "Lower", "Outer", "Inner", "Mid"]]  # fmt: skip
    head, first, _ = book["PDU cases"]
    book["PDU cases"] = [head, *([f"A{number}", name, *first[2:]] for number, name in enumerate(names))]
    return save(book, path)


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a region of 40 PDUs."""
    folder = tmp_path_factory.mktemp("forty")
    target = folder / "page.html"
    assert rate([str(forty_pdus(folder / "forty.xlsx")), "-o", str(target)]) == 0
    return target.as_uri()


@pytest.mark.parametrize("width", [320, 360, 800, 1024, 1100, 1248, 1280])
def test_forty_pdus_fit_on_every_screen(at: Callable[..., Page], forty: str, width: int) -> None:
    page = at(forty, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(WIDER) == []


def printed_pages(page: Page, tmp_path: Path) -> list[str]:
    """The text of each page on paper, as `pdftotext` reads it within the page."""
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], check=True, capture_output=True, text=True
    )
    return done.stdout.split("\f")[:-1]


def test_forty_pdus_are_on_paper(at: Callable[..., Page], forty: str, tmp_path: Path) -> None:
    page = at(forty, 688, 1000, media="print")
    assert page.evaluate("document.documentElement.scrollWidth") == 688
    assert page.evaluate(WIDER) == []
    # each of 40 PDUs has one case, which is Yes, for 9 questions, and each of 2 others one for 5 questions
    text = "".join(printed_pages(at(forty, 1280), tmp_path))
    assert text.count("1/1*") == 40 * 9 + 2 * 5


def test_the_first_page_on_paper_stands_alone_and_pages_have_numbers(at: Callable[..., Page], tmp_path: Path) -> None:
    target = tmp_path / "region.html"
    details = ["--publisher", "Example Unit", "--published", "2026-11-27"]
    assert rate([str(EXAMPLE), "-o", str(target), *details]) == 0
    found = printed_pages(at(target.as_uri(), 1280), tmp_path)
    first = " ".join(found[0].split())
    for said in (
        "East of England: inspection ratings", "Illustrative data", "5 out of 24. Five of the six",
        "Published by Example Unit. Published on 27 November 2026.", "R2.6 Statutory victim work",
        "Inadequate 0 to 49% (a minority)",
    ):  # fmt: skip
        assert said in first
    assert found[1].split("\n")[0].split() == ["1", "Organisational", "arrangements", "and", "activity"]
    for number, page in enumerate(found, start=1):
        assert page.split("\n")[-2].split() == ["Page", str(number), "of", str(len(found))]
    # no heading is the last line of its page
    headings = ("1 Organisational", "2 Service", "R1.1 ", "R1.2 ", "R2.1 ", "R2.2 ", "R2.3 ", "R2.4 ", "R2.5 ", "R2.6 ")
    for page in found:
        last = next(line for line in reversed(page.split("\n")[:-2]) if line.strip())
        assert not last.strip().startswith(headings) or "Source" in last
