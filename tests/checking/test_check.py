"""What `check` points out in data that can be rated, and in which order, with what effect on the exit status."""

from __future__ import annotations

import datetime
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

import hostile
from books import Book, save, small_book
from probation_ratings.problems import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

pytestmark = pytest.mark.slow

EXAMPLE = "examples/east-of-england.xlsx"
DAY = datetime.date(2023, 8, 14)


@pytest.fixture
def check_book(run: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Saves a workbook and checks it, as JSON or with the arguments given."""

    def command(book: Book, *arguments: object) -> Run:
        path = save(book, tmp_path / "region.xlsx")
        return run("check", path, *(arguments or ("-f", "json")), group=True)

    return command


def found(result: Run, code: str) -> dict[str, Any]:
    """The one problem of this code."""
    (workbook,) = json.loads(result.out)["workbooks"]
    (problem,) = [problem for problem in workbook["problems"] if problem["code"] == code]
    assert isinstance(problem, dict)
    return problem


def codes(result: Run) -> list[str]:
    (workbook,) = json.loads(result.out)["workbooks"]
    return [problem["code"] for problem in workbook["problems"]]


def dated_book() -> Book:
    """The small book with a window and a date of commencement in every PDU case."""
    book = small_book()
    book["Inspection"] += [
        ["Sentences commenced from", datetime.date(2023, 6, 25)],
        ["Sentences commenced to", datetime.date(2023, 11, 6)],
    ]
    for row, value in zip(book["PDU cases"], ("Commenced", DAY, DAY), strict=True):
        row.append(value)
    return book


def many(book: Book, sheet: str, row: list[Any], count: int = 8) -> None:
    """Add so many rows like this one, each with an id of its own."""
    book[sheet] += [[f"{sheet}-{number}", *row] for number in range(count)]


def test_a_valid_workbook_says_so_in_one_line(run: Callable[..., Run]) -> None:
    result = run("check", EXAMPLE, group=True)
    # 438 x 9 + 302 + 79 x 4 + 14 x 3 answers in 438 + 302 + 79 + 14 rows
    assert result.out == f"{EXAMPLE}: no problem in 833 rows with 4,602 answers\n"
    assert result.err == "1 workbook, 833 rows, 4,602 answers checked: no problem\n"
    assert result.status == 0


class TestPdus:
    """Names of PDUs."""

    @pytest.mark.parametrize("written", ["Essex north ", "Esex North", "Essex Nroth", "ESSEX NORTH", "Essex_North"])
    def test_a_name_that_is_nearly_another_is_pointed_out(self, check_book: Callable[..., Run], written: str) -> None:
        book = small_book()
        many(book, "Court reports", ["Essex North", "PDU inspection", "Yes"])
        many(book, "Unpaid work cases", ["Essex South", "Yes", "Yes", "Yes", "Yes"])
        book["Court reports"][1][1] = written
        problem = found(check_book(book), "PR404")
        assert (problem["severity"], problem["sheet"], problem["cells"]) == ("warning", "Court reports", ["B2"])
        assert problem["message"].endswith(f"'{written.strip()}'; did you mean 'Essex North'?")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Essex North", "Essex South"),
            ("Bedfordshire", "Hertfordshire"),
            ("East Kent", "West Kent"),
            ("Leeds 1", "Leeds 2"),
            ("Hull", "Hill"),
            ("Northamptonshire", "Southampton"),
            ("Leeds N", "Leeds NW"),
            ("Leeds I", "Leeds II"),
        ],
    )
    def test_two_pdus_with_names_alike_are_left_alone(
        self, check_book: Callable[..., Run], one: str, other: str
    ) -> None:
        book = small_book()
        for sheet in ("PDU cases", "Court reports", "Unpaid work cases"):
            book[sheet][1][1], book[sheet][2][1] = one, other
        assert "PR404" not in codes(check_book(book))

    def test_an_ampersand_is_the_word_and(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][1][1] = book["PDU cases"][2][1] = "Camden and Islington"
        book["Court reports"][1][1] = "Camden & Islington"
        assert found(check_book(book), "PR404")["message"].endswith("did you mean 'Camden and Islington'?")

    def test_an_error_is_not_a_pdu(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"][2][1] = "#N/A"
        path = save(book, tmp_path / "region.xlsx")
        assert found(run("check", path, "-f", "json", group=True), "PR316")["cells"] == ["B3"]
        assert "2 PDUs: Camden, Hackney\n" in run(path).out

    def test_many_and_long_names_take_no_time(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"] += [[f"L{one}", "x" * 30_000 + str(one), "PDU inspection", "Yes"] for one in range(30)]
        book["Court reports"] += [[f"M{one}", f"Camden{'n' * one}x", "PDU inspection", "Yes"] for one in range(1, 300)]
        assert len([code for code in codes(check_book(book)) if code == "PR404"]) <= 21

    def test_a_case_without_a_pdu_is_pointed_out(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"][2][1] = None
        assert found(check_book(book), "PR409")["cells"] == ["B3"]


class TestInspection:
    """The inspection sheet against the rule file and the rows."""

    @pytest.mark.parametrize(
        ("region", "words"),
        [("East England", "did you mean East of England?"), ("Scotland", "'Scotland' is not one of the regions")],
    )
    def test_a_region_that_is_not_one_of_the_twelve(
        self, check_book: Callable[..., Run], region: str, words: str
    ) -> None:
        book = small_book()
        book["Inspection"][1][1] = region
        problem = found(check_book(book), "PR314")
        assert (problem["severity"], problem["cells"]) == ("warning", ["B2"])
        assert words in problem["message"]

    @pytest.mark.parametrize(
        "region", ["kent, surrey and sussex", "Kent, Surrey & Sussex", "Yorkshire  and the Humber", "WALES"]
    )
    def test_a_region_in_another_spelling_is_known(self, check_book: Callable[..., Run], region: str) -> None:
        book = small_book()
        book["Inspection"][1][1] = region
        assert "PR314" not in codes(check_book(book))

    def test_stated_numbers_of_cases_that_the_rows_do_not_bear_out(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"] += [["PDU cases", 330], ["Community sentences", 1], ["Licences", 115], ["Court reports", 2]]
        (workbook,) = json.loads(check_book(book).out)["workbooks"]
        told = [(one["cells"], one["message"]) for one in workbook["problems"] if one["code"] == "PR407"]
        assert told == [
            (["B4"], "'PDU cases' is stated as '330', but the rows give 2"),
            (["B6"], "'licences' is stated as '115', but the rows give 1"),
        ]

    def test_a_window_that_ends_before_it_starts_checks_no_date(self, check_book: Callable[..., Run]) -> None:
        book = dated_book()
        book["Inspection"][-1][1], book["Inspection"][-2][1] = book["Inspection"][-2][1], book["Inspection"][-1][1]
        result = check_book(book)
        assert found(result, "PR410")["cells"] == ["B5"]
        assert "PR405" not in codes(result)

    def test_a_region_that_is_an_error_is_not_published(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"][1][1] = "#N/A"
        result = check_book(book)
        assert (found(result, "PR307")["cells"], result.status) == (["B2"], 1)


class TestDates:
    """Dates of commencement."""

    def test_dates_within_the_window_are_valid(self, check_book: Callable[..., Run]) -> None:
        book = dated_book()
        book["PDU cases"][1][-1] = datetime.date(2023, 6, 25)
        book["PDU cases"][2][-1] = datetime.date(2023, 11, 6)
        assert not {"PR405", "PR312", "PR313"} & set(codes(check_book(book)))

    @pytest.mark.parametrize("day", [datetime.date(2023, 6, 24), datetime.date(2023, 11, 7)])
    def test_a_date_outside_the_window(self, check_book: Callable[..., Run], day: datetime.date) -> None:
        book = dated_book()
        book["PDU cases"][2][-1] = day
        problem = found(check_book(book), "PR405")
        assert (problem["severity"], problem["cells"]) == ("warning", ["M3"])
        assert problem["message"] == f"'Commenced' is '{day}', outside the window from 2023-06-25 to 2023-11-06"

    def test_no_date_at_all(self, check_book: Callable[..., Run]) -> None:
        book = dated_book()
        book["PDU cases"][1][-1] = None
        assert found(check_book(book), "PR313")["cells"] == ["M2"]

    @pytest.mark.parametrize("value", ["03/06/2023", "3 June", "45152"])
    def test_a_date_that_is_text_is_not_guessed_at(self, check_book: Callable[..., Run], value: object) -> None:
        book = dated_book()
        book["PDU cases"][2][-1] = value
        problem = found(check_book(book), "PR312")
        assert (problem["cells"], f"'{value}'" in problem["message"]) == (["M3"], True)


class TestCells:
    """Values that are accepted, and that somebody should look at."""

    @pytest.mark.parametrize(
        ("sheet", "column", "value", "words"),
        [
            pytest.param("PDU cases", 0, 12, "'Case ID' is a number in this cell, read as '12'", id="an id"),
            pytest.param("PDU cases", 1, 3.5, "'PDU' is a number in this cell, read as '3.5'", id="a PDU"),
            pytest.param("Victim cases", 0, True, "'Case ID' is a number in this cell, read as 'TRUE'", id="a boolean"),
        ],
    )
    def test_a_number_or_boolean_where_words_belong(
        self, check_book: Callable[..., Run], sheet: str, column: int, value: object, words: str
    ) -> None:
        book = small_book()
        book[sheet][1][column] = value
        problem = found(check_book(book), "PR309")
        assert (problem["severity"], problem["message"]) == ("warning", words)

    def test_a_boolean_answer_is_accepted_with_a_note(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][1][3] = True
        problem = found(check_book(book), "PR310")
        assert (problem["severity"], problem["cells"]) == ("note", ["D2"])
        assert problem["message"] == "the answer is the logical value TRUE, read as Yes"

    @pytest.mark.parametrize(("value", "shown"), [("Yes ", "'Yes '"), ("No\u00a0", "'No\\xa0'"), (" n/a", "' n/a'")])
    def test_an_answer_with_spaces_is_accepted_with_a_note(
        self, check_book: Callable[..., Run], value: str, shown: str
    ) -> None:
        book = small_book()
        book["PDU cases"][1][3] = value
        result = check_book(book)
        problem = found(result, "PR311")
        assert (problem["severity"], problem["cells"], result.status) == ("note", ["D2"], 0)
        assert shown in problem["message"]

    def test_a_community_case_with_a_resettlement_answer(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][2][-1] = "No"
        problem = found(check_book(book), "PR406")
        assert (problem["severity"], problem["cells"]) == ("warning", ["L3"])

    def test_a_sentence_type_that_is_not_allowed(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][1][2] = "Custody"
        problem = found(check_book(book), "PR315")
        assert (problem["cells"], "'Custody'" in problem["message"]) == (["C2"], True)

    @pytest.mark.parametrize("value", ["#REF!", "=A1"])
    def test_an_error_where_no_rating_depends_on_it_is_a_warning(
        self, check_book: Callable[..., Run], value: str
    ) -> None:
        book = small_book()
        book["Court reports"][1][1] = value
        result = check_book(book)
        assert (found(result, "PR316")["cells"], result.status) == (["B2"], 0)

    @pytest.mark.parametrize(("value", "code"), [("#DIV/0!", "PR307"), ('=IF(1,"Yes","No")', "PR308")])
    def test_an_answer_that_is_an_error_or_unsaved_blocks_its_standard(
        self, check_book: Callable[..., Run], value: str, code: str
    ) -> None:
        book = small_book()
        book["Court reports"][1][3] = value
        result = check_book(book)
        problem = found(result, code)
        assert (problem["cells"], problem["case_ids"], result.status) == (["D2"], ["C1"], 1)
        assert "PR304" not in codes(result)


class TestRows:
    """Rows seen together."""

    def test_an_id_in_two_pdus(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"][2][0] = "C1"
        problem = found(check_book(book), "PR403")
        assert (problem["severity"], problem["cells"], problem["case_ids"]) == ("error", ["A2", "A3"], ["C1"])

    def test_ids_that_differ_in_case_only_are_one_id(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Victim cases"][2][0] = "v1"
        problem = found(check_book(book), "PR401")
        assert (problem["cells"], problem["case_ids"]) == (["A2", "A3"], ["V1", "v1"])

    def test_an_id_that_is_a_date_keeps_its_time(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        for row, hour in ((1, 9), (2, 10)):
            book["Victim cases"][row][0] = datetime.datetime(2024, 3, 4, hour, 30)
        assert "PR401" not in codes(check_book(book))

    def test_few_relevant_cases_are_noted(self, check_book: Callable[..., Run]) -> None:
        def told(relevant: int) -> bool:
            book = small_book()
            many(book, "Court reports", ["Camden", "PDU inspection", "Yes"], relevant - 2)
            book["Court reports"].append(["C9", "Camden", "PDU inspection", "Not applicable"])
            (workbook,) = json.loads(check_book(book).out)["workbooks"]
            messages = [problem["message"] for problem in workbook["problems"] if problem["code"] == "PR408"]
            return any(f"{relevant} relevant cases only for R2.3.1;" in message for message in messages)

        assert [told(5), told(6)] == [True, False]

    def test_empty_rows_among_the_cases_are_noted(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Court reports"][2:2] = [[], [], [None, None]]
        problem = found(check_book(book), "PR213")
        assert (problem["cells"], problem["severity"]) == (["3:5"], "note")
        assert problem["message"] == "3 empty rows among the cases: 3 to 5; empty rows are left out"


class TestLayout:
    """What Excel shows otherwise than it counts."""

    def save(self, tmp_path: Path, change: Callable[[Any], None], book: Book | None = None) -> Path:
        path = save(book or small_book(), tmp_path / "region.xlsx")
        workbook = load_workbook(path)
        change(workbook)
        workbook.save(path)
        return path

    def test_hidden_rows_count_and_are_pointed_out(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def hide(workbook: Any) -> None:
            for row in (2, 3):
                workbook["Court reports"].row_dimensions[row].hidden = True
            workbook["Court reports"].row_dimensions[9].hidden = True  # below the cases

        result = run("check", self.save(tmp_path, hide), "-f", "json", group=True)
        problem = found(result, "PR209")
        assert (problem["cells"], problem["severity"]) == (["2:3"], "warning")
        assert problem["message"] == "2 hidden rows in the table: 2 to 3; hidden rows count like any other"

    @pytest.mark.parametrize("of", ["the sheet", "a table"])
    @pytest.mark.parametrize(("filtered", "code"), [(True, "PR211"), (False, "PR209")])
    def test_rows_hidden_by_a_filter_are_reported_as_such(
        self, run: Callable[..., Run], tmp_path: Path, of: str, *, filtered: bool, code: str
    ) -> None:
        def hide(workbook: Any) -> None:
            sheet = workbook["Court reports"]
            filters = AutoFilter(ref="A1:D3")
            if of == "a table":
                sheet.add_table(Table(displayName="Reports", ref="A1:D3", autoFilter=filters))
            else:
                sheet.auto_filter = filters
            if filtered:
                filters.add_filter_column(1, ["Camden"])
            sheet.row_dimensions[3].hidden = True

        result = run("check", self.save(tmp_path, hide), "-f", "json", group=True)
        assert found(result, code)["cells"] == ["3:3"]
        assert len({"PR209", "PR211"} & set(codes(result))) == 1

    def test_a_hidden_column_that_is_read(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def hide(workbook: Any) -> None:
            workbook["PDU cases"].column_dimensions["E"].hidden = True
            workbook["PDU cases"].column_dimensions["Z"].hidden = True

        problem = found(run("check", self.save(tmp_path, hide), "-f", "json", group=True), "PR210")
        assert problem["cells"] == ["E:E"]

    def test_rows_and_columns_without_height_or_width_are_hidden(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def hide(workbook: Any) -> None:
            workbook["Court reports"].row_dimensions[3].height = 7
            workbook["Court reports"].column_dimensions["B"].width = 7

        path = self.save(tmp_path, hide)

        def flatten(_: str, part: bytes) -> bytes:
            return part.replace(b' ht="7"', b' ht="0"').replace(b'width="7"', b'width="0"')

        path.write_bytes(hostile.changed(flatten, path.read_bytes()))
        result = run("check", path, "-f", "json", group=True)
        assert [found(result, code)["cells"] for code in ("PR209", "PR210")] == [["3:3"], ["B:B"]]

    def test_judgements_and_panel_decisions_are_looked_at_too(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["Panel decisions"] = [["Standard", "Rating", "Reason"], ["R2.1", "Good", "One case."]]

        def hide(workbook: Any) -> None:
            workbook["Judgements"].row_dimensions[2].hidden = True
            workbook["Panel decisions"].sheet_state = "hidden"
            workbook["Inspection"].column_dimensions["B"].hidden = True

        result = run("check", self.save(tmp_path, hide, book), "-f", "json", group=True)
        sheets = [found(result, code)["sheet"] for code in ("PR209", "PR208", "PR210")]
        assert sheets == ["Judgements", "Panel decisions", "Inspection"]

    def test_merged_cells_beside_the_table_are_nobodys_business(self, run: Callable[..., Run], tmp_path: Path) -> None:
        def merge(workbook: Any) -> None:
            workbook["Victim cases"].merge_cells("H2:K3")
            workbook["Court reports"].merge_cells("A1:A2")
            workbook["Court reports"].merge_cells("B2:B3")

        result = run("check", self.save(tmp_path, merge), "-f", "json", group=True)
        problem = found(result, "PR212")
        assert (problem["sheet"], sorted(problem["cells"])) == ("Court reports", ["A1:A2", "B2:B3"])

    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_a_hidden_sheet(self, run: Callable[..., Run], tmp_path: Path, state: str) -> None:
        def hide(workbook: Any) -> None:
            workbook["Victim cases"].sheet_state = state

        problem = found(run("check", self.save(tmp_path, hide), "-f", "json", group=True), "PR208")
        assert problem["sheet"] == "Victim cases"

    def test_merged_cells_among_the_cases_but_not_in_a_title(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["Court reports"] = [["All reports"], *book["Court reports"]]

        def merge(workbook: Any) -> None:
            workbook["Court reports"].merge_cells("A1:D1")
            workbook["Court reports"].merge_cells("B3:B4")

        result = run("check", self.save(tmp_path, merge, book), "-f", "json", group=True)
        assert found(result, "PR212")["cells"] == ["B3:B4"]

    def test_the_1904_date_system_is_noted_and_its_dates_are_right(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        def change(workbook: Any) -> None:
            workbook.epoch = datetime.datetime(1904, 1, 1)

        result = run("check", self.save(tmp_path, change, dated_book()), "-f", "json", group=True)
        assert found(result, "PR214")["severity"] == "note"
        assert "PR405" not in codes(result)

    @pytest.mark.parametrize("name", ["Panel decisons", "Pannel decisions", "Panel_decision"])
    def test_a_sheet_whose_name_is_nearly_a_known_one(self, check_book: Callable[..., Run], name: str) -> None:
        problem = found(check_book({**small_book(), name: [["Standard", "Rating"]]}), "PR206")
        assert problem["message"] == f"the sheet '{name}' is not read; its name is close to 'Panel decisions'"

    def test_other_sheets_and_columns_are_left_alone(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        for row, value in zip(book["PDU cases"], ("Inspector's notes", "x", "y"), strict=True):
            row.append(value)
        assert not {"PR206", "PR207"} & set(codes(check_book({**book, "Notes": [["PDU"]], "Sheet1": [["x"]]})))

    def test_a_column_whose_header_is_nearly_a_known_one(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][0][2] = "Sentance type"
        problem = found(check_book(book), "PR207")
        assert (problem["cells"], problem["severity"]) == (["C1"], "warning")
        assert problem["message"] == "the column 'Sentance type' is not read; its header is close to 'Sentence type'"


class TestOutcome:
    """Which problems are reported, in which order, and the exit status."""

    def test_the_highest_come_first(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"][1][1] = "Scotland"
        book["Victim cases"][1][1] = "?"
        assert codes(check_book(book))[:2] == ["PR304", "PR314"]

    @pytest.mark.parametrize(
        ("options", "status"),
        [
            ([], 0),
            (["--strict"], 1),
            (["--strict", "--ignore", "PR314"], 0),
            (["--strict", "--exit-zero"], 0),
            (["--select", "PR4"], 0),
        ],
    )
    def test_warnings_fail_only_where_strict(
        self, check_book: Callable[..., Run], options: list[str], status: int
    ) -> None:
        book = small_book()
        book["Inspection"][1][1] = "Scotland"
        assert check_book(book, *options).status == status

    def test_select_and_ignore_take_codes_and_their_beginnings(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["Inspection"][1][1] = "Scotland"
        book["PDU cases"][1][3] = "?"
        book["PDU cases"][2][3] = None
        assert codes(check_book(book, "-f", "json", "--select", "pr30")) == ["PR305", "PR304"]
        assert codes(check_book(book, "-f", "json", "--ignore", "PR304, PR4,PR314")) == ["PR305"]

    @pytest.mark.parametrize("option", ["--select", "--ignore"])
    def test_a_code_that_does_not_exist_is_refused(self, check_book: Callable[..., Run], option: str) -> None:
        result = check_book(small_book(), option, "PR999")
        assert (result.status, "unknown problem code PR999" in result.err) == (2, True)

    @pytest.mark.parametrize("options", [["--exit-zero"], ["--ignore", "PR1"], ["--select", "PR4"]])
    def test_a_file_that_cannot_be_read_is_never_passed_over(self, run: Callable[..., Run], options: list[str]) -> None:
        result = run("check", "missing.xlsx", *options, group=True)
        assert (result.status, "PR101" in result.out) == (3, True)

    def test_wrong_usage_is_not_masked(self, run: Callable[..., Run]) -> None:
        assert run("check", EXAMPLE, "--exit-zero", "--rules", "nothing", group=True).status == 2

    def test_an_empty_folder_is_not_a_clean_one(self, run: Callable[..., Run], tmp_path: Path) -> None:
        result = run("check", tmp_path, group=True)
        assert (result.status, "PR111" in result.out) == (3, True)

    def test_every_workbook_is_reported_and_the_highest_status_counts(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "?"
        result = run("check", EXAMPLE, save(book, tmp_path / "bad.xlsx"), "missing.xlsx", group=True)
        assert result.status == 3
        assert [text in result.out for text in ("no problem in 833 rows", "PR304", "PR101")] == [True] * 3

    def test_rate_and_check_find_the_same(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = dated_book()
        book["PDU cases"][1][3], book["PDU cases"][2][-1] = "?", None
        path = save(book, tmp_path / "region.xlsx")
        rated = json.loads(run(path, "-f", "json").out)["inspections"][0]["problems"]
        (checked,) = json.loads(run("check", path, "-f", "json", group=True).out)["workbooks"]
        by_code = sorted(rated, key=lambda problem: problem["code"])
        assert by_code == sorted(checked["problems"], key=lambda problem: problem["code"])


class TestRedact:
    """Logs that others can read."""

    @pytest.mark.parametrize("form", ["full", "concise", "json", "github", "gitlab", "html", "junit", "sarif"])
    def test_no_value_and_no_id_is_reported(self, check_book: Callable[..., Run], form: str) -> None:
        book = dated_book()
        book["Inspection"][1][1] = "SecretRegion"
        book["PDU cases"][1] = ["SecretId", "Secretpdu", "SecretType", "SecretAnswer", *["Yes"] * 8, "SecretDate"]
        book["PDU cases"][2][0] = "SecretId"
        book["Judgements"][1][1] = "SecretRating"
        many(book, "Court reports", ["Secretpdus", "PDU inspection", "Yes"])
        book["SecretSheet PDU casess"] = [["x"]]
        plain = check_book(book, "-f", form)
        redacted = check_book(book, "-f", form, "--redact")
        assert "secret" in plain.out.lower()
        assert "secret" not in redacted.out.lower()
        assert (plain.status, redacted.status) == (1, 1)
        assert "PR304" in redacted.out

    def test_what_the_inspection_sheet_says_is_left_out(self, check_book: Callable[..., Run]) -> None:
        book = dated_book()
        book["Inspection"][1][1] = "East England"
        book["PDU cases"][1][-1] = datetime.date(2021, 3, 4)
        redacted = check_book(book, "-f", "json", "--redact")
        messages = [problem["message"] for problem in json.loads(redacted.out)["workbooks"][0]["problems"]]
        told = " ".join(messages)
        assert {"PR314", "PR405"} <= set(codes(redacted))
        assert [word for word in ("East", "2021", "2023-") if word in told] == []

    def test_what_a_damaged_file_holds_is_left_out(self, run: Callable[..., Run], tmp_path: Path) -> None:
        path = tmp_path / "region.ods"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/secret")
        plain, redacted = (run("check", path, *option, group=True) for option in ((), ("--redact",)))
        assert ["secret" in result.out for result in (plain, redacted)] == [True, False]

    def test_the_cells_are_reported_all_the_same(self, check_book: Callable[..., Run]) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "Mrs Smith"
        problem = found(check_book(book, "-f", "json", "--redact"), "PR304")
        assert (problem["cells"], problem["case_ids"]) == (["D2"], [])
        assert problem["message"] == "answer is not Yes, No or Not applicable: found [left out]"


class TestAnnotate:
    """Copies of workbooks with the bad cells marked."""

    def test_a_copy_is_written_and_the_original_is_untouched(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "Maybe"
        path = save(book, tmp_path / "region.xlsx")
        before = path.read_bytes()
        result = run("check", path, "--annotate", tmp_path / "marked", group=True)
        copy = load_workbook(tmp_path / "marked" / "region.xlsx")
        assert (result.status, path.read_bytes() == before) == (1, True)
        assert copy.sheetnames[0] == "Problems"
        comment = copy["PDU cases"]["D2"].comment
        assert comment is not None
        assert "PR304" in comment.text
        assert f"{tmp_path / 'marked' / 'region.xlsx'} written" in result.err

    def test_a_valid_workbook_needs_none(self, run: Callable[..., Run], tmp_path: Path) -> None:
        assert run("check", EXAMPLE, "--annotate", tmp_path / "marked", group=True).status == 0
        assert not (tmp_path / "marked").exists()

    def test_what_is_redacted_is_not_in_the_list(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "Mrs Smith"
        path = save(book, tmp_path / "region.xlsx")
        run("check", path, "--annotate", tmp_path / "marked", "--redact", group=True)
        sheet = load_workbook(tmp_path / "marked" / "region.xlsx")["Problems"]
        assert "Smith" not in str([cell.value for row in sheet.iter_rows() for cell in row])

    def test_one_that_cannot_be_annotated_does_not_stop_the_others(
        self, run: Callable[..., Run], tmp_path: Path
    ) -> None:
        rows = "<table:table-row>" + "".join(map(hostile.ods_cell, ("Case ID", "R2.6.1"))) + "</table:table-row>"
        (tmp_path / "a.ods").write_bytes(hostile.ods(rows, name="Victim cases"))
        book = small_book()
        book["PDU cases"][1][3] = "Maybe"
        save(book, tmp_path / "b.xlsx")
        result = run("check", tmp_path, "--annotate", tmp_path / "marked", "-f", "concise", group=True)
        assert (result.status, "a.ods: there is no annotated copy" in result.err) == (3, True)
        assert [path.name for path in (tmp_path / "marked").iterdir()] == ["b.xlsx"]
        assert "b.xlsx:PDU cases!D2" in result.out

    def test_the_folder_of_the_original_is_refused(self, run: Callable[..., Run], tmp_path: Path) -> None:
        book = small_book()
        book["PDU cases"][1][3] = "Maybe"
        path = save(book, tmp_path / "region.xlsx")
        result = run("check", path, "--annotate", tmp_path, group=True)
        assert (result.status, "would be overwritten" in result.err) == (2, True)


class TestProblemsCommand:
    """The reference of the codes."""

    def test_every_code_is_listed(self, run: Callable[..., Run]) -> None:
        result = run("problems", group=True)
        assert [line.split()[0] for line in result.out.splitlines() if line.startswith("PR")] == sorted(CATALOGUE)
        assert max(map(len, result.out.splitlines())) <= 79

    @pytest.mark.parametrize("code", ["PR304", "pr304", "bad-answer"])
    def test_one_in_full(self, run: Callable[..., Run], code: str) -> None:
        out = run("problems", code, group=True).out
        assert [words in out for words in ("PR304 bad-answer (error)", "Maybe", "cannot be counted", "write")] == [
            True
        ] * 4

    def test_an_unknown_code_is_refused(self, run: Callable[..., Run]) -> None:
        assert run("problems", "PR999", group=True).status == 2

    def test_the_reference_page_is_what_the_registry_says(self, run: Callable[..., Run]) -> None:
        page = Path("docs/problems.md").read_text(encoding="utf-8")
        assert run("problems", "-f", "markdown", group=True).out == page

    @pytest.mark.parametrize("code", sorted(CATALOGUE))
    def test_a_code_says_why_it_matters_and_shows_both_ways(self, code: str) -> None:
        kind = CATALOGUE[code]
        texts = (kind.title, kind.message, kind.remedy, kind.why, kind.wrong, kind.right)
        assert all(text.strip() == text != "" for text in texts)
        assert "{found}" not in kind.remedy
        assert kind.wrong != kind.right
