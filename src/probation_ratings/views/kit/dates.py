"""Days and periods in words."""

from __future__ import annotations

from datetime import date

# strftime would follow the machine's language
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def period(start: date | str | None, end: date | str | None) -> str:
    """From when to when, as far as known: '12 February to 7 June 2024', 'started June 2024', or nothing."""
    if isinstance(start, date) and isinstance(end, date):
        first = in_words(start)
        if (start.year, start.month) == (end.year, end.month):
            first = str(start.day)
        elif start.year == end.year:
            first = first.removesuffix(f" {start.year}")
        return f"{first} to {in_words(end)}"
    parts = [in_words(moment) if isinstance(moment, date) else moment for moment in (start, end) if moment]
    if len(parts) == 1:
        return f"started {parts[0]}" if start else f"ended {parts[0]}"
    return " to ".join(parts)


def in_words(day: date) -> str:
    """A day: '7 June 2024'."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
