"""Single cells that are nearly right: what the message says of them, and that it says no more than is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from books import Book, save, small_book
from shared import RULE_FILE as RULES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

pytestmark = pytest.mark.slow


def found(result: Run, code: str) -> dict[str, Any]:
    """The one problem with this code."""
    (problem,) = [one for one in result.inspection["problems"] if one["code"] == code]
    assert isinstance(problem, dict)
    return problem


def codes(result: Run) -> list[str]:
    return [one["code"] for one in result.inspection["problems"]]


def dated(*values: object) -> Book:
    """A valid workbook with these values as the dates of its two cases."""
    book = small_book()
    for row, value in zip(book["PDU cases"], ("Commenced", *values), strict=True):
        row.append(value)
    return book


class TestDateSerials:
    """A date without a date format is a number in the file."""

    def test_they_are_numbers_without_a_date_format(self, rate_book: Callable[..., Run]) -> None:
        result = rate_book(dated(45232, 45233.75))
        problem = found(result, "PR319")
        assert (problem["severity"], problem["cells"], result.status) == ("warning", ["M2", "M3"], 0)
        # 1 January 2023 is 44927, so 45232 is 305 days later
        assert problem["message"] == (
            "'Commenced' is a number without a date format: '45232' (as a date 2023-11-02) and '45233.75' (as a date "
            "2023-11-03); it was not checked"
        )
        assert "PR312" not in codes(result)

    @pytest.mark.parametrize("value", [2023, 20231102, -1, 0.5, 1e300])
    def test_no_day_is_named_where_none_is_plausible(self, rate_book: Callable[..., Run], value: float) -> None:
        message = found(rate_book(dated(value, value)), "PR319")["message"]
        assert ("number without a date format" in message, "as a date" in message) == (True, False)

    def test_a_workbook_that_counts_from_1904(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(dated(43770, 43770), tmp_path / "region.xlsx")  # 45232 less the 1,462 days from 1900 to 1904
        workbook = load_workbook(path)
        workbook.epoch = CALENDAR_MAC_1904
        workbook.save(path)
        assert "'43770' (as a date 2023-11-02)" in found(run(path, "-f", "json"), "PR319")["message"]

    def test_the_remedy_is_a_format(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(dated(45232, 45233), tmp_path / "region.xlsx")
        assert "help: format it as a date" in run("check", path, group=True).out

    def test_so_it_is_in_the_inspection_sheet(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"].append(["Fieldwork started", 45232])
        assert found(rate_book(book), "PR319")["cells"] == ["B4"]


class TestStatedCounts:
    """The number of cases that the inspection sheet states, with a word beside it."""

    @pytest.mark.parametrize(
        "stated", [2, 2.0, "2", "2 cases", "n = 2", "2.0", " 2 ", "(2)", "02", "２", "2\u00a0cases", "Total: 2."]
    )
    def test_a_number_that_agrees_is_accepted(self, rate_book: Callable[..., Run], stated: object) -> None:
        book = small_book()
        book["Inspection"].append(["PDU cases", stated])
        result = rate_book(book)
        assert (result.status, result.problems) == (0, [])

    def test_a_thousand_may_have_a_comma_or_a_space(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Victim cases"] += [[f"V{number}", "Yes", "Yes", "Yes"] for number in range(3, 1235)]
        book["Inspection"] += [["Victim cases", "1,234 cases"], ["PDU cases", 2]]
        assert rate_book(book).problems == []
        book["Inspection"][-2][1] = "1 234"
        assert rate_book(book).problems == []

    @pytest.mark.parametrize("stated", ["3 cases", "12", "1,234", 3, "n = 22"])
    def test_another_number_differs(self, rate_book: Callable[..., Run], stated: object) -> None:
        book = small_book()
        book["Inspection"].append(["PDU cases", stated])
        problem = found(rate_book(book), "PR407")
        assert problem["message"] == f"'PDU cases' is stated as '{stated}', but the rows give 2"

    @pytest.mark.parametrize(
        "stated", ["two", "2 of 14", "2/3", "2.5", 2.5, "-2", "2%", "about 2-3", "all", "9" * 30 + " 2"]
    )
    def test_what_is_not_one_whole_number_is_asked_for(self, rate_book: Callable[..., Run], stated: object) -> None:
        book = small_book()
        book["Inspection"].append(["PDU cases", stated])
        result = rate_book(book)
        problem = found(result, "PR320")
        assert problem["message"] == f"'PDU cases' is '{stated}', which is not one whole number; the rows give 2"
        assert (problem["severity"], problem["cells"], "PR407" in codes(result)) == ("warning", ["B4"], False)

    def test_a_number_of_many_digits_takes_no_time(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"].append(["PDU cases", "9" * 30_000])
        assert found(rate_book(book), "PR320")["cells"] == ["B4"]


class TestNumbersAsAnswers:
    """A rule file may accept 1 and 0 for Yes and No; Excel makes numbers of them."""

    @pytest.mark.parametrize(("one", "zero"), [(1, 0), (1.0, 0.0), ("1", "0")])
    def test_a_number_is_accepted_without_a_word(
        self, run: Callable[..., Run], tmp_path: Path, one: object, zero: object
    ) -> None:
        rules = tmp_path / "own.yaml"
        text = RULES.read_text(encoding="utf-8")
        text = text.replace('spellings: ["Yes", "Y", "TRUE"]', 'spellings: ["Yes", "Y", "TRUE", "1"]')
        rules.write_text(text.replace('"N", "FALSE"]', '"N", "FALSE", "0"]'), encoding="utf-8")
        book = small_book()
        numbers = {"Yes": one, "No": zero}
        for name in ("PDU cases", "Court reports"):
            book[name] = [[numbers.get(value, value) for value in row] for row in book[name]]
        book["Court reports"][2][3] = zero
        result = run(save(book, tmp_path / "region.xlsx"), "--rules", rules, "-f", "json")
        assert (result.status, result.standard("R2.3")["key_questions"][0]["percentage"]) == (0, 50)
        assert not {"PR304", "PR310", "PR311"} & set(codes(result))

    def test_without_such_a_spelling_it_is_refused(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"][2][3] = 1
        assert found(rate_book(book), "PR304")["message"].endswith("found '1'")

    @pytest.mark.parametrize(("boolean", "number"), [(True, 1), (False, 0)])
    def test_a_boolean_is_not_the_number_that_equals_it(
        self, rate_book: Callable[..., Run], boolean: bool, number: int
    ) -> None:
        book = small_book()
        book["Court reports"][1][3], book["Court reports"][2][3] = boolean, number
        problem = found(rate_book(book), "PR304")
        assert (problem["cells"], problem["message"][-9:]) == (["D3"], f"found '{number}'")


class TestLookAlikes:
    """A letter that only looks like another is named in the message."""

    CYRILLIC_O = "in which '\u043e' is U+043E CYRILLIC SMALL LETTER O"

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ("N\u043e", CYRILLIC_O),
            ("\u03a5es", "in which '\u03a5' is U+03A5 GREEK CAPITAL LETTER UPSILON"),
            ("\uff39es", "in which '\uff39' is U+FF39 FULLWIDTH LATIN CAPITAL LETTER Y"),
            ("Yes\ufe0f", "is U+FE0F VARIATION SELECTOR-16"),
        ],
    )
    def test_an_answer_stays_an_error(self, rate_book: Callable[..., Run], answer: str, words: str) -> None:
        book = small_book()
        book["Court reports"][2][3] = answer
        result = rate_book(book)
        assert words in found(result, "PR304")["message"]
        assert (result.status, result.inspection["score"]) == (1, None)

    @pytest.mark.parametrize("answer", ["Maybe", "Nein", "\u0414\u0430", "Zo\u00eb", "\u201cYes\u201d"])
    def test_another_word_is_only_quoted(self, rate_book: Callable[..., Run], answer: str) -> None:
        book = small_book()
        book["Court reports"][2][3] = answer
        assert found(rate_book(book), "PR304")["message"].endswith(f"found '{answer}'")

    def test_what_a_cell_says_is_left_out_of_a_redacted_message(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"][2][3] = "N\u043e"
        out = run("check", save(book, tmp_path / "region.xlsx"), "--redact", group=True).out
        assert "CYRILLIC" not in out
        assert "PR304" in out

    def test_a_category(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][1][2] = "Li\u0441ence"
        assert "U+0441 CYRILLIC SMALL LETTER ES" in found(rate_book(book), "PR315")["message"]

    def test_a_rating(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Judgements"][1][1] = "G\u043eod"
        assert self.CYRILLIC_O in found(rate_book(book), "PR602")["message"]

    def test_a_standard(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Judgements"].append(["\uff321.9", "Good", None])
        assert "U+FF32 FULLWIDTH LATIN CAPITAL LETTER R" in found(rate_book(book), "PR603")["message"]

    @pytest.mark.parametrize("name", ["H\u0430ckney", "HАCKNEY"])
    def test_a_pdu(self, rate_book: Callable[..., Run], name: str) -> None:
        book = small_book()
        book["Court reports"][2][1] = name
        message = found(rate_book(book), "PR404")["message"]
        assert "CYRILLIC" in message
        assert message.endswith("did you mean 'Hackney'?")

    def test_a_short_pdu_name(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        for name in ("PDU cases", "Court reports", "Unpaid work cases"):
            book[name][1][1] = "NE"
        book["Court reports"][1][1] = "N\u0415"
        assert found(rate_book(book), "PR404")["message"].endswith("did you mean 'NE'?")

    def test_a_region_and_a_data_status(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"][1][1] = "L\u043end\u043en"
        book["Inspection"][2][1] = "Illustr\u0430tive"
        result = rate_book(book)
        assert self.CYRILLIC_O in found(result, "PR314")["message"]
        assert "U+0430 CYRILLIC SMALL LETTER A" in found(result, "PR303")["message"]

    def test_a_header_and_a_sheet(self, rate_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"][0][1] = "\u0420DU"
        book["Victim c\u0430ses"] = book.pop("Victim cases")
        result = rate_book(book)
        assert "U+0420 CYRILLIC CAPITAL LETTER ER" in found(result, "PR207")["message"]
        assert "U+0430 CYRILLIC SMALL LETTER A" in found(result, "PR206")["message"]
