"""Texts that look the same: ids are one id, and an odd letter in a word is named."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import Book, save, small_book
from probation_ratings.names import all_seen_as, seen_as
from probation_ratings.reading.workbook import Broken, as_text, as_texts

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


def all_pdus(ids: list[str], pdus: list[str]) -> Book:
    """A valid workbook in which each of these PDUs has a case of each of these ids."""
    book = small_book()
    head, first, _ = book["PDU cases"]
    book["PDU cases"] = [head, *([one, pdu, *first[2:]] for pdu in pdus for one in ids)]
    return book


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Zoë-1", unicodedata.normalize("NFD", "Zoë-1"), id="a letter and its mark, joined or apart"),
        pytest.param("A017", "A０１７", id="full-width digits"),
        pytest.param("A017", "Ａ017", id="a full-width letter"),
        pytest.param("A 17", "A\u00a017", id="a no-break space"),
        pytest.param("A 17", "A\u202f17", id="a narrow no-break space"),
        pytest.param("A17", "A\u200b17", id="a zero-width space"),
        pytest.param("A17", "\ufeffA17", id="a byte order mark"),
        pytest.param("A17", "A\u034f17", id="a grapheme joiner"),
        pytest.param("A17", "A17\ufe0f", id="a variation selector"),
        pytest.param("A-17", "A\u201117", id="a no-break hyphen"),
        pytest.param("A-17", "A\u221217", id="a minus"),
        pytest.param("A17", "a17", id="case"),
        pytest.param("A17", "  A17 ", id="spaces around it"),
        pytest.param("A17", "\u041017", id="a Cyrillic letter"),
        pytest.param("O17", "\u039f17", id="a Greek letter"),
    ],
)
def test_two_ids_that_look_the_same_are_the_same_id(rate_book: Callable[..., Run], one: str, other: str) -> None:
    book = small_book()
    book["Victim cases"][1][0], book["Victim cases"][2][0] = one, other
    result = rate_book(book)
    problem = found(result, "PR401")
    assert (problem["cells"], result.status) == (["A2", "A3"], 1)
    two = " and '" in problem["message"]
    assert problem["message"].endswith(f" {'appear' if two else 'appears'} in more than one row")


@pytest.mark.parametrize(
    ("one", "other"),
    [("A17", "A71"), ("A17", "A-17"), ("A 17", "A17"), ("O17", "017"), ("Zoe-1", "Zoë-1"), ("1", "1.")],
)
def test_ids_that_look_different_are_two(rate_book: Callable[..., Run], one: str, other: str) -> None:
    book = small_book()
    book["Victim cases"][1][0], book["Victim cases"][2][0] = one, other
    result = rate_book(book)
    assert (result.status, result.inspection["score"]) == (0, 22)


def test_ids_are_compared_in_no_time() -> None:
    started = time.monotonic()
    assert len({seen_as(f"Zoë-{number}") for number in range(100_000)}) == 100_000
    assert time.monotonic() - started < 5


class TestIdsOfEveryPdu:
    """Ids that begin anew in each PDU are one problem, whatever their number."""

    def test_they_are_one_problem(self, rate_book: Callable[..., Run]) -> None:
        ids, pdus = [f"{number:04}" for number in range(1, 41)], [f"Area {number}" for number in range(1, 9)]
        result = rate_book(all_pdus(ids, pdus))
        assert (result.status, result.inspection["score"]) == (1, None)
        problem = found(result, "PR421")
        assert problem["message"] == (
            "the ids in 'Case ID' repeat from PDU to PDU: '0001', '0002', '0003' and 37 others, in 320 rows of 8 PDUs"
        )
        assert (len(problem["cells"]), problem["case_ids"]) == (320, ids)
        assert not {"PR401", "PR403"} & set(codes(result))

    def test_the_remedy_says_how_to_make_them_unique(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = save(all_pdus(["1", "2", "3"], ["Camden", "Hackney"]), tmp_path / "region.xlsx")
        out = " ".join(run("check", path, group=True).out.split())
        assert out.count("error[") == 1
        assert "put the PDU in front of each id, such as Camden-0001, or let a mapping file do it" in out

    def test_two_ids_are_reported_one_by_one(self, rate_book: Callable[..., Run]) -> None:
        result = rate_book(all_pdus(["1", "2"], ["Camden", "Hackney"]))
        assert codes(result).count("PR403") == 2
        assert "PR421" not in codes(result)

    def test_an_id_twice_within_a_pdu_is_reported_beside_it(self, rate_book: Callable[..., Run]) -> None:
        book = all_pdus(["1", "2", "3"], ["Camden", "Hackney"])
        book["PDU cases"].append(["2", *book["PDU cases"][2][1:]])
        result = rate_book(book)
        assert found(result, "PR401")["cells"] == ["A3", "A8"]
        assert found(result, "PR421")["cells"] == ["A2", "A3", "A4", "A5", "A6", "A7", "A8"]

    def test_they_are_in_the_order_of_the_rows_below_other_cases(self, rate_book: Callable[..., Run]) -> None:
        book = all_pdus(["1", "2", "3"], ["Camden", "Hackney"])
        rest = book["PDU cases"][1][1:]
        book["PDU cases"][1:1] = [[f"C{number}", *rest] for number in range(30)]
        problem = found(rate_book(book), "PR421")
        assert problem["message"].endswith(": '1', '2' and '3', in 6 rows of 2 PDUs")
        assert problem["cells"] == ["A32", "A33", "A34", "A35", "A36", "A37"]

    def test_a_pdu_in_two_spellings_is_one(self, rate_book: Callable[..., Run]) -> None:
        book = all_pdus(["1", "2", "3"], ["Camden", "camden"])
        assert codes(rate_book(book)).count("PR401") == 3


texts = st.one_of(st.text("aB1- \n\t", max_size=6), st.text(max_size=4))


@given(st.lists(texts, max_size=4))
def test_many_texts_are_compared_as_each_of_them(many: list[str]) -> None:
    assert all_seen_as(many) == [seen_as(one) for one in many]


@given(st.lists(st.one_of(texts, texts.map(Broken), st.floats(0, 9), st.booleans()), max_size=4))
def test_many_values_have_the_text_of_each_of_them(many: list[str | float | bool]) -> None:
    assert as_texts(many) == [as_text(one) for one in many]
