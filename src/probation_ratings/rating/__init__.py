"""Counts into ratings: pure, exact and in integers."""
