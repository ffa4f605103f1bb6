from __future__ import annotations

import pytest

from gateway.core.adminwords import FAMILIES, frame_words, subject_words


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_subject_for_its_beginning_and_its_end_in_both_languages(family: str) -> None:
    subjects = {subject_words(family, language, is_over=over) for language in ("en", "fr") for over in (False, True)}
    assert len(subjects) == 4
    assert all(len(each) <= 60 for each in subjects)


def test_the_frame_is_filled() -> None:
    assert frame_words("cure", "fr", cure="redémarrez") == "À faire : redémarrez"
