"""The publisher's details in page, Markdown and data workbook: what is shown, what is a link, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from books import save, small_book
from probation_ratings.views.kit.showing import STATEMENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow

GIVEN = [
    "--publisher", "Unit <b> & Co", "--published", "2026-11-27", "--contact", "mailto:data@example.org",
    "--data-link", "https://example.org/d.xlsx?a=1&b=(2)", "--statement", "Official <i>statistics</i>.",
]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return save(small_book(), tmp_path / "region.xlsx")


def test_the_page(run: Callable[..., Run], book: Path) -> None:
    told = run(book, "-f", "html", *GIVEN).out.split('<p class="publisher">\n')[1].split("</p>")[0]
    assert told.split("\n") == [
        "Published by Unit &lt;b&gt; &amp; Co.",
        "Published on 27 November 2026.",
        'Contact: <a href="mailto:data@example.org">data@example.org</a>.',
        'Data: <a href="https://example.org/d.xlsx?a=1&amp;b=(2)">https://example.org/d.xlsx?a=1&amp;b=(2)</a>.',
        "Official &lt;i&gt;statistics&lt;/i&gt;.",
    ]


def test_markdown(run: Callable[..., Run], book: Path) -> None:
    told = run(book, "-f", "markdown", *GIVEN).out.splitlines()[-3]
    assert told == (
        r"Published by Unit \<b\> \& Co. Published on 27 November 2026. "
        r"Contact: [data\@example.org](<mailto:data@example.org>). "
        r"Data: [https:\//example.org/d.xlsx?a=1\&b=(2)](<https://example.org/d.xlsx?a=1&b=(2)>). "
        r"Official \<i\>statistics\</i\>."
    )


def test_the_data_workbook(run: Callable[..., Run], book: Path, tmp_path: Path) -> None:
    assert run(book, "-o", tmp_path / "out.xlsx", *GIVEN).status == 0
    workbook: Any = load_workbook(tmp_path / "out.xlsx")
    cells = [row[0] for row in workbook["Cover"]][-6:]
    assert [(cell.value, cell.hyperlink.target if cell.hyperlink else None) for cell in cells] == [
        ("Published by: Unit <b> & Co", None),
        ("Published on: 27 November 2026", None),
        ("Contact: data@example.org", "mailto:data@example.org"),
        ("Data: https://example.org/d.xlsx?a=1&b=(2)", "https://example.org/d.xlsx?a=1&b=(2)"),
        ("Official <i>statistics</i>.", None),
        (
            "Read the Open Government Licence v3.0",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        ),
    ]
    assert workbook.properties.creator == "Unit <b> & Co"


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_the_licence_stays_and_without_a_statement_it_is_not_the_inspectorates(
    run: Callable[..., Run], book: Path, format_: str
) -> None:
    plain, given = (
        run(book, "-f", format_, *options).out.replace("&#39;", "'") for options in ([], ["--statement", "Ours."])
    )
    for found in (plain, given):
        assert "Open Government Licence v3.0" in found
        assert "© Crown copyright" in found
    assert plain.count(STATEMENT) == 1
    assert STATEMENT not in given
    assert "Ours." in given


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("Call 01234 567890", "Contact Call 01234 567890.\n"),
        (
            "https://example.org/contact",
            'Contact: <a href="https://example.org/contact">https://example.org/contact</a>.\n',
        ),
        ("javascript:alert(1)", "Contact javascript:alert(1).\n"),
        ("http://example.org", "Contact http://example.org.\n"),
        ("mailto:a@example.org?bcc=b@example.org", "Contact mailto:a@example.org?bcc=b@example.org.\n"),
        ('https://example.org/"onclick="x', "Contact https://example.org/&#34;onclick=&#34;x.\n"),
    ],
)
def test_only_email_and_https_addresses_are_links(
    run: Callable[..., Run], book: Path, contact: str, shown: str
) -> None:
    assert shown in run(book, "-f", "html", "--contact", contact).out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data-link", "javascript:alert(1)"], "--data-link takes an address that begins with https://"),
        (["--data-link", "http://example.org"], "--data-link takes an address that begins with https://"),
        (["--data-link", "https://example.org/<x>"], "--data-link takes an address that begins with https://"),
        (["--published", "27/11/2026"], "--published takes a day as year, month and day, such as 2026-11-27"),
        (["--published", "2026-02-30"], "--published takes a day as year, month and day, such as 2026-11-27"),
        (["--statement", "x" * 2001], "--statement takes at most 2000 characters, found 2001"),
        (["-f", "json", "--data-link", "https://example.org"], "--data-link goes with markdown, html or xlsx"),
    ],
)
def test_what_no_publication_can_show_is_refused(
    run: Callable[..., Run], book: Path, options: list[str], message: str
) -> None:
    result = run(book, "-f", "html", *options)
    assert result.status == 2
    assert message in result.err


def test_the_configuration_file_has_the_details(
    run: Callable[..., Run], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.with_name("probation-ratings.toml").write_text(
        'publisher = "Our unit"\ndata-link = "https://example.org/"\n', encoding="utf-8"
    )
    monkeypatch.chdir(book.parent)
    page = run(book, "-f", "html", "--publisher", "Another").out
    assert "Published by Another." in page
    assert '<a href="https://example.org/">' in page
    assert run(book, "-f", "json").status == 0  # which says nothing of a publisher, and needs not
