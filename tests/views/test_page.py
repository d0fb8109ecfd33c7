"""The page of `rate -f html`: its content, what it must not contain, and its structure for machines."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder

import pytest

from books import Book, court_reports, save, small_book
from probation_ratings.__main__ import rate
from probation_ratings.findings.suppression import Hidden
from probation_ratings.views.publish import page
from probation_ratings.views.publish import tables as publication
from probation_ratings.views.publish.rows import NOT_AVAILABLE, SUPPRESSED, PublishedTable
from shared import EXAMPLE, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run
    from probation_ratings import RatedInspection
    from probation_ratings.views.publish.tables import Publication

pytestmark = pytest.mark.slow

VOID = {"meta", "img", "br", "hr", "link", "input"}

STACKED = {"questions", "heat", "long", "wide"}
"""The classes of tables whose rows are stacked on a narrow screen."""

# The published figures: cases judged Yes, percentage, rating.
PUBLISHED = {
    "R2.1.1": ("123/438", "28%", "Inadequate"),
    "R2.1.3": ("123/438", "28%", "Inadequate"),
    "R2.2.3": ("175/438", "40%", "Inadequate"),
    "R2.3.1": ("94/302", "31%", "Inadequate"),
    "R2.4.1": ("31/79", "39%", "Inadequate"),
    "R2.5.1": ("52/149", "35%", "Inadequate"),
    "R2.6.2": ("9/10", "90%", "Outstanding"),
}


class Page(HTMLParser):
    """A page as a tree; a tag that is not closed, or closed in the wrong place, is an error."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.html = html
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        self.tree: Element = self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._builder.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._builder.data(data)

    def all(self, path: str) -> list[Element]:
        """The elements at a path."""
        return self.tree.findall(path)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """The levels and words of the headings, in order."""
        return [(int(one.tag[1]), words(one)) for one in self.tree.iter() if re.fullmatch("h[1-6]", one.tag)]

    @property
    def questions(self) -> dict[str, Element]:
        """The rows of the key questions, by their ids."""
        rows = self.all(".//table[@class='questions']/tbody/tr")
        return {words(row).split()[0]: row for row in rows}

    def table(self, caption: str) -> list[list[str]]:
        """The rows of the table with this caption, its head among them."""
        (table,) = (one for one in self.all(".//table") if words(one[0]) == caption)
        return [[words(cell) for cell in row] for row in table.iter("tr")]


def words(element: Element) -> str:
    """All text in an element, without that of drawings."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if element.tag == "svg":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


@pytest.fixture
def page_of(run: Callable[..., Run], tmp_path: Path) -> Callable[..., Page]:
    """Rates workbooks, or a path, as a page, and reads that."""

    def command(*books: Book | Path, options: tuple[object, ...] = (), status: int = 0) -> Page:
        paths = [
            book if isinstance(book, Path) else save(book, tmp_path / f"book {number}.xlsx")
            for number, book in enumerate(books)
        ]
        result = run(*paths, "-f", "html", *options)
        assert result.status == status
        return Page(result.out)

    return command


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Page]:
    """Rates paths as a page in a file, and reads that: for what several tests only look at."""

    def command(*paths: Path, options: tuple[str, ...] = (), status: int = 0) -> Page:
        target = tmp_path_factory.mktemp("page") / "page.html"
        assert rate([*map(str, paths), "-q", "-o", str(target), *options]) == status
        return Page(target.read_text(encoding="utf-8"))

    return command


@pytest.fixture(scope="module")
def example(written: Callable[..., Page]) -> Page:
    """The page of the example."""
    return written(EXAMPLE)


def in_region(name: str, **changes: list[list[object]]) -> Book:
    """A valid workbook of a region."""
    book = small_book() | changes
    book["Inspection"][1][1] = name
    return book


def unrated(name: str = "Wales") -> Book:
    """A workbook with an answer that is none."""
    book = in_region(name)
    book["PDU cases"][1][3] = "Maybe"
    return book


def decided() -> Book:
    """A workbook in which the panel moved R2.3, at 48 of 100, from Inadequate to Requires improvement."""
    return small_book() | {
        "Court reports": court_reports(["Yes"] * 48 + ["No"] * 52),
        "Panel decisions": [
            ["Standard", "Rating", "Reason"],
            ["R2.3", "Requires improvement", "Reports were <b>read</b> again."],
        ],
    }


HOSTILE = (
    '"><img src=x onerror=alert(1)></title><script>alert(2)</script> =HYPERLINK("x") [red] |x| {{ 7*7 }} _x001B_[31m'
)


class TestOneRegion:
    """The East of England as published."""

    def test_the_published_figures(self, example: Page) -> None:
        rows = example.questions
        assert {name: tuple(words(cell) for cell in rows[name][1:]) for name in PUBLISHED} == PUBLISHED

    def test_the_ratings_and_the_score(self, example: Page) -> None:
        rows = example.table("ratings of the standards")
        assert [row[1:] for row in rows if len(row) == 3] == [
            ["Rating", "Score"],
            *[["Requires improvement", "1"]] * 2,
            *[["Inadequate", "0"]] * 5,
            ["Outstanding", "3"],
            ["Requires improvement", "5/24"],
        ]

    def test_the_head_has_the_answer_first(self, example: Page) -> None:
        found = example
        (head,) = found.all(".//div[@class='head']")
        assert words(head).startswith(
            "East of England: inspection ratings Illustrative data: the cases are invented. "
            "Overall rating Requires improvement 5 out of 24. Five of the six service delivery standards are "
            "Inadequate; statutory victim work is Outstanding. "
            "Fieldwork 3 to 14 June 2024; sentences commenced 25 June to 6 November 2023"
        )
        assert found.headings[0] == (1, "East of England: inspection ratings")
        assert words(found.all("./head/title")[0]).startswith("East of England: inspection ratings: ")
        # the contents follow the answer, so that they are below it on a narrow screen
        main = found.all(".//main")[0]
        assert [one.get("class") or one.get("id") or one.tag for one in main] == ["head", "nav", "content"]

    @pytest.mark.parametrize(
        ("status", "shown"), [("Inspection data", "Inspection data"), (None, "Data status not stated")]
    )
    def test_the_data_status_is_never_left_out(
        self, page_of: Callable[..., Page], status: str | None, shown: str
    ) -> None:
        book = small_book()
        book["Inspection"][2][1] = status
        (told,) = page_of(book).all(".//p[@class='status']")
        assert words(told) == shown

    def test_what_drives_a_rating_is_marked_in_words(self, example: Page) -> None:
        rows = example.questions
        assert {name for name, row in rows.items() if words(row[0]).endswith("drives the rating")} == set(PUBLISHED)
        assert {name for name, row in rows.items() if row.get("class") == "drives"} == set(PUBLISHED)

    def test_a_bar_is_as_long_as_the_percentage_and_says_it(self, example: Page) -> None:
        found = example
        assert len(found.all(".//svg[@class='bar']")) == len(found.questions) == 17
        (bar,) = found.questions["R2.4.1"].iter("svg")
        assert [one.get("width") for one in bar if one.get("class") == "reached"] == ["39"]
        assert [one.get("x1") for one in bar.iter("line")] == ["50", "65", "80"]
        assert bar[0].text == (
            "R2.4.1: 39%, Inadequate. Requires improvement begins at 50%, Good begins at 65%, Outstanding begins at 80%."
        )
        assert (bar.get("role"), bar.get("aria-labelledby")) == ("img", bar[0].get("id"))

    def test_margins_in_words(self, example: Page) -> None:
        # of 302, 151 are 50 per cent and so is 150 (49.67): 56 more than 94
        assert "Margin: 56 more answers would have to be Yes to reach Requires improvement (50%)." in words(
            example.tree
        )

    def test_pdus_have_percentage_letter_word_and_counts(self, example: Page) -> None:
        rows = example.table("key questions by PDU")
        assert rows[0][:3] == ["Key question", "All", "Bedfordshire"]
        (row,) = (row for row in rows if row[0] == "R2.3.1")
        assert row[1] == "31% I Inadequate 94/302"
        # of the PDUs it says the same as the table for a terminal: Essex South has 5 of 41
        assert row[5] == "12% I Inadequate 5/41"
        assert row[-1] == "12 to 39"

    def test_method_and_provenance(self, example: Page) -> None:
        found = example
        rules = {row[0]: row[1] for row in found.table("Method and rules")}
        bands = "Outstanding 21 to 24, Good 13 to 20, Requires improvement 5 to 12, Inadequate 0 to 4"
        assert rules["Overall rating"] == bands
        assert ["Workbook", "east-of-england.xlsx"] in [row[:2] for row in found.table("Data and versions used")]
        assert "Open Government Licence v3.0" in words(found.all(".//footer")[0])
        assert str(ROOT) not in found.html

    def test_the_same_bytes_every_time(self, page_of: Callable[..., Page], example: Page) -> None:
        assert page_of(EXAMPLE).html == example.html


def test_the_computed_rating_is_shown_beside_the_decided_one(page_of: Callable[..., Page]) -> None:
    found = page_of(decided())
    (row,) = (row for row in found.table("ratings of the standards") if row[0].startswith("R2.3"))
    assert row[1:] == ["Requires improvement by the ratings panel; computed Inadequate", "1"]
    (told,) = found.all(".//p[@class='panel']")
    assert words(told) == (
        "Ratings panel: moved from Inadequate (computed) to Requires improvement (awarded). "
        "Reason: Reports were <b>read</b> again."
    )
    assert "R2.3.1 at 48% is 2 points below 50, where Requires improvement begins." in words(found.tree)


REPORT = "East of England"


class TestWords:
    """Words for the public: nothing that is not explained, and each source once."""

    def test_pdu_is_in_full_where_it_is_first(self, page_of: Callable[..., Page], example: Page) -> None:
        regional = example
        several = page_of(ROOT / "examples" / "region-and-pdus.xlsx", options=("--rules", "pdu-2023"))
        for found, first in (
            (regional, "Each Probation Delivery Unit (PDU)"),
            (several, "Probation Delivery Units (PDUs)"),
        ):
            text = words(found.all(".//main")[0])
            assert text.index("PDU") == text.index(first) + first.index("PDU")

    def test_a_glossary_has_the_words_that_the_page_has(self, page_of: Callable[..., Page], example: Page) -> None:
        terms = [words(one) for one in example.all(".//dt")]
        assert terms == ["PDU", "Desistance", "Key question", "Relevant case", "Driving question"]
        youth = page_of(ROOT / "examples" / "youth-justice.xlsx", options=("--rules", "youth-justice-2021"))
        assert "PDU" not in [words(one) for one in youth.all(".//dt")]

    def test_each_source_is_cited_once(self, example: Page) -> None:
        found = example
        sources = found.table("Sources of the rules")
        assert [row[0] for row in sources] == ["Source", "Source 1", "Source 2", "Source 3"]
        for _, title, _ in sources[1:]:
            assert words(found.tree).count(title) == 1
        rules = {row[0]: row[2] for row in found.table("Method and rules")}
        assert rules["Ratings panel"] == "Source 2: Ratings panel: when it looks at a rating again"
        assert rules["R2.4"] == "Source 3"
        assert sources[3][1].startswith("Standards and key questions of HM Inspectorate of Probation")

    def test_the_page_of_another_region_cites_no_report_on_the_east_of_england(
        self, page_of: Callable[..., Page], example: Page
    ) -> None:
        assert REPORT in example.html
        other = page_of(in_region("London"))
        assert REPORT not in other.html
        assert "the report " not in words(other.all(".//main")[0])

    def test_the_notes_of_a_table_are_beside_it(self, example: Page) -> None:
        found = example
        content = found.all(".//div[@class='summary']")[0]
        (place,) = (place for place, one in enumerate(content) if one.find("table[@class='ratings']") is not None)
        assert words(content[place + 1]) == (
            "The ratings score: Outstanding 3, Good 2, Requires improvement 1 and Inadequate 0."
        )


class TestManyRegions:
    """The comparison first, then one region after the other."""

    def test_the_regions_side_by_side(self, page_of: Callable[..., Page]) -> None:
        # R1.1 Good instead of Outstanding elsewhere: 22 of 24; the panel's region has 1 instead of 3: 20 of 24
        moved = decided()
        moved["Inspection"][1][1] = "North East"
        found = page_of(moved, in_region("London"), unrated(), status=1)
        rows = found.table("Regions side by side")
        assert [row[:4] for row in rows] == [
            ["Region", "Rank", "Score", "Overall rating"],
            ["London", "1", "22/24", "Outstanding"],
            ["North East", "2", "20/24", "Good"],
            ["Wales", "[x]", "[x]", "Not rated: PR304"],
        ]
        assert rows[1][4:] == [*["G Good"] * 2, *["O Outstanding"] * 6]
        assert rows[2][8] == "R Requires improvement"
        assert rows[3][4:] == ["– Not rated"] * 8
        moved_to = "R2.3 moved by the ratings panel from Inadequate to Requires improvement."
        assert f"North East: {moved_to}" in words(found.tree)
        assert found.table("Number of regions with each rating")[1] == ["Outstanding", *"002212221"]

    def test_the_sections_follow_in_that_order(self, page_of: Callable[..., Page]) -> None:
        found = page_of(in_region("Wales"), in_region("London"), options=("--sort", "region"))
        assert [text for level, text in found.headings if level < 3] == [
            "Ratings of 2 inspections", "Regions side by side", "Number of regions with each rating", "London", "Wales", "Method and rules",
            "Sources of the rules", "Words used on this page",
        ]  # fmt: skip

    def test_an_unrated_region_says_what_is_in_the_way_and_shows_no_cell(self, page_of: Callable[..., Page]) -> None:
        found = page_of(unrated(), status=1)
        (told,) = found.all(".//div[@class='problems']")
        assert words(told) == "Not rated. Blocked by: PR304: an answer is not one of those allowed (R2.1)"
        assert found.questions == {}
        for kept in ("Maybe", "A1", "D2"):
            assert kept not in words(found.tree).split()

    def test_what_is_valid_is_rated_on_request(self, page_of: Callable[..., Page]) -> None:
        found = page_of(unrated(), options=("--partial",), status=1)
        assert "No overall rating. Blocked by: PR304" in words(found.tree)
        ratings = {row[0].split()[0]: row[1] for row in found.table("ratings of the standards") if len(row) == 3}
        assert (ratings["R2.1"], ratings["R2.2"], "Overall" in ratings) == ("Not rated", "Outstanding", False)

    def test_a_mixture_of_data_says_so_at_each_region(self, page_of: Callable[..., Page]) -> None:
        inspected = in_region("Wales")
        inspected["Inspection"][2][1] = "Inspection data"
        found = page_of(inspected, in_region("London"))
        names = [row[0] for row in found.table("Regions side by side")]
        assert names[1:] == ["London illustrative data", "Wales Inspection data"]
        assert words(found.all(".//p[@class='status']")[0]).startswith("Some of the data is illustrative")


@pytest.fixture(scope="module")
def pages(written: Callable[..., Page], example: Page, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    """One of each kind of page."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "empty").mkdir()
    broken = folder / "broken.xlsx"
    broken.write_text("nothing", encoding="utf-8")
    wrong = save(unrated(), folder / "unrated.xlsx")
    several = [save(in_region(name), folder / f"{number}.xlsx") for number, name in enumerate(["London", HOSTILE])]
    return [
        example,
        written(several[0], wrong, several[1], broken, status=3),
        written(save(decided(), folder / "decided.xlsx")),
        written(wrong, status=1),
        written(wrong, options=("--partial",), status=1),
        written(broken, status=3),
        written(folder / "empty", status=3),
    ]


def test_headings_follow_each_other(pages: list[Page]) -> None:
    for found in pages:
        levels, texts = zip(*found.headings, strict=True)
        assert len(texts) == len(set(texts))
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_table_has_a_caption_of_its_own_and_scoped_heads(pages: list[Page]) -> None:
    for found in pages:
        tables = found.all(".//table")
        captions = [words(table[0]) for table in tables if table[0].tag == "caption"]
        assert len(tables) == len(set(captions)) > 0
        assert "" not in captions
        for table in tables:
            assert {one.get("scope") for one in table.iter("th")} <= {"col", "row", "rowgroup"}
            assert all(row[0].tag == "th" for row in table.iter("tr"))
            assert all(one.get("scope") == "col" for one in table.findall("thead/tr/th"))


ROLES = {
    "table": {"table"}, "thead": {"rowgroup"}, "tbody": {"rowgroup"}, "tr": {"row"}, "td": {"cell"},
    "th": {"rowheader", "columnheader"},
}  # fmt: skip


def test_no_table_takes_the_focus_and_those_that_stack_keep_their_roles(pages: list[Page]) -> None:
    for found in pages:
        assert [one for one in found.tree.iter() if one.get("tabindex") == "0"] == []
        stacked = [one for one in found.all(".//table") if set(str(one.get("class")).split()) & STACKED]
        assert stacked or not found.questions
        for table in stacked:
            parts = [one for one in table.iter() if one.tag in ROLES]
            assert [one.tag for one in parts if one.get("role") not in ROLES[one.tag]] == []
            # the name of its column is shown beside a value where its column has no place
            heads = [words(one) for one in table.findall("thead/tr/th")]
            if table.get("class") != "questions":
                for row in table.findall("tbody/tr"):
                    assert [cell.get("data-label") for cell in row[1:]] in ([], heads[1:])


def test_ids_are_unique_and_links_lead_somewhere(pages: list[Page]) -> None:
    for found in pages:
        ids = [one.get("id") for one in found.tree.iter() if one.get("id") is not None]
        assert len(ids) == len(set(ids))
        inside = [str(one.get("href")) for one in found.all(".//a") if str(one.get("href")).startswith("#")]
        assert "#content" in inside
        assert [one for one in ids if str(one)[0].isdigit()] == []
        assert {link[1:] for link in inside} <= set(ids)


def test_the_page_runs_and_fetches_nothing(pages: list[Page]) -> None:
    for found in pages:
        tags = {one.tag for one in found.tree.iter()}
        assert not tags & {"script", "link", "img", "iframe", "object", "base", "form"}
        attributes = {name for one in found.tree.iter() for name in one.attrib}
        assert not {name for name in attributes if name.startswith("on") or name in {"src", "style", "srcset"}}
        links = {str(one.get("href")) for one in found.all(".//a")}
        assert {link for link in links if not link.startswith("#")} == {
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
        }
        assert not re.search(r"url\(|@import", found.html)
        assert found.tree.get("lang") == "en-GB"
        policy = found.all("./head/meta[@http-equiv='Content-Security-Policy']")[0].get("content")
        assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'")


@pytest.mark.parametrize("others", [[], [in_region("London")]], ids=["alone", "beside another"])
def test_a_hostile_name_is_text(page_of: Callable[..., Page], others: list[Book]) -> None:
    found = page_of(in_region(HOSTILE), *others)
    shown = HOSTILE.replace("_x001B_", r"\x1b")
    assert found.headings[0][1].startswith(shown) or (2, shown) in found.headings
    assert "\x1b" not in found.html
    assert "49" not in words(found.all(".//title")[0])


class TestSuppression:
    """What is hidden comes back nowhere: no figure, no bar, no margin, no reason, no sentence."""

    @pytest.fixture
    def hidden(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        def command(**hidden: frozenset[object]) -> None:
            def hide(rated: RatedInspection, below: int) -> Hidden:
                del rated
                return Hidden(below, **hidden)  # type: ignore[arg-type]

            monkeypatch.setattr(publication, "hide", hide)

        return command

    def test_a_question(self, page_of: Callable[..., Page], hidden: Callable[..., None]) -> None:
        hidden(questions=frozenset({"R2.3.1"}))
        found = page_of(decided(), options=("--suppress-below", 12))
        row = found.questions["R2.3.1"]
        assert [words(cell) for cell in row[1:]] == ["[c]", "[c]", "Inadequate"]
        assert list(row.iter("svg")) == []
        body = re.sub("[0-9a-f]{64}", "", found.html.split("</style>")[1])
        assert not re.search(r"48|52%|52/|2 points|2 answers", body)
        text = words(found.tree)
        assert "One key question: R2.3.1 at [c]; computed rating Inadequate." in text
        assert "Margin of the computed rating: [c]" in text
        assert "Close to another rating: [c]" in text
        assert "Counts from 1 to 11" in text

    def test_a_pdu(self, page_of: Callable[..., Page], hidden: Callable[..., None]) -> None:
        hidden(pdus=frozenset({("R2.3.1", "Essex South"), ("R2.3.1", "Suffolk")}))
        found = page_of(EXAMPLE, options=("--suppress-below", 12))
        (row,) = (row for row in found.table("key questions by PDU") if row[0] == "R2.3.1")
        assert (row[5], row[9], row[-1]) == ("[c]", "[c]", "[c]")
        assert row[1] == "31% I Inadequate 94/302"
        assert "5/41" not in found.html
        assert "9/34" not in found.html
        # that Essex South pulls R2.3.1 down most would say that it is low
        assert [words(one).split()[0] for one in found.all(".//ul[@class='pulls']/li")] == [
            "R2.1.1", "R2.1.3", "R2.2.3", "R2.4.1", "R2.5.1",
        ]  # fmt: skip

    def test_a_question_with_pdus(self, page_of: Callable[..., Page], hidden: Callable[..., None]) -> None:
        names = ("Bedfordshire", "Norfolk")
        hidden(questions=frozenset({"R2.4.1"}), pdus=frozenset(("R2.4.1", name) for name in names))
        found = page_of(EXAMPLE, options=("--suppress-below", 12))
        assert "31/79" not in found.html
        assert "R2.4.1 39%" not in found.html
        assert "R2.4.1: 39%" not in found.html
        assert "R2.4.1 at 39%" not in found.html
        assert "R2.4.1 is 39%" not in found.html
        assert "10 more answers" not in found.html

    def test_a_case_sample(self, page_of: Callable[..., Page], hidden: Callable[..., None]) -> None:
        hidden(samples=frozenset({"statutory victim cases"}))
        found = page_of(EXAMPLE, options=("--suppress-below", 15))
        assert ["statutory victim cases", "[c]"] in found.table("Cases that were inspected")

    def test_nothing_unless_asked_for(self, example: Page) -> None:
        assert "[c]" not in example.html


def test_other_tables_stand_in_their_place_before_the_method(
    page_of: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    def more(rated: RatedInspection, below: int) -> Publication:
        one = publication.publish(rated, below)
        rows = (("Good", 3), (NOT_AVAILABLE, SUPPRESSED))
        added = PublishedTable("Some counts", "Reviews & <ratings>", ("Rating", "Reviews"), rows, ("Remark.",))
        return replace(one, others=(*one.others, added))

    monkeypatch.setattr(page, "publish", more)
    found = page_of(EXAMPLE)
    headings = [text for level, text in found.headings if level == 2]
    assert headings[-5:] == [
        "Reviews & <ratings>", "Method and rules", "Sources of the rules", "Data and versions used",
        "Words used on this page",
    ]  # fmt: skip
    assert found.table("Reviews & <ratings>") == [["Rating", "Reviews"], ["Good", "3"], ["[x]", "[c]"]]
    assert "#table-some-counts" in [one.get("href") for one in found.all(".//nav//a")]
    notes = [words(one) for one in found.all(".//p[@class='note']")]
    assert notes[notes.index("Remark.") :][1:3] == [
        "[c] suppressed to protect confidentiality", "[x] not available, or does not apply",
    ]  # fmt: skip


def test_ratings_that_begin_alike_have_different_letters(page_of: Callable[..., Page], tmp_path: Path) -> None:
    text = (ROOT / "rules" / "regional-2023.yaml").read_text(encoding="utf-8")
    rules = tmp_path / "regional-2023.yaml"
    rules.write_text(text.replace("Requires improvement", "Inconsistent"), encoding="utf-8")
    found = page_of(in_region("London"), in_region("Wales"), options=("--rules", rules))
    assert [words(one) for one in found.all(".//p[@class='key']")[0]] == [
        "Key:", "O Outstanding", "G Good", "Inc Inconsistent", "Ina Inadequate", "– Not rated",
    ]  # fmt: skip


def test_the_page_begins_with_its_type(run: Callable[..., Run]) -> None:
    assert run(EXAMPLE, "-f", "html").out.startswith("<!DOCTYPE html>\n<html lang=")
