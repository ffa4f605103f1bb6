from gateway.core import ambiguity
from gateway.core.ambiguity import FRENCH, in_french, told


def test_every_ambiguity_has_french_words_of_its_own() -> None:
    words = {value for name, value in vars(ambiguity).items() if name.isupper() and isinstance(value, str)}
    assert words == set(FRENCH)
    assert len(set(FRENCH.values())) == len(FRENCH)
    assert not any("," in text for text in (*FRENCH, *FRENCH.values()))


def test_several_are_told_in_one_order_and_come_back_in_french() -> None:
    text = told({ambiguity.UNCLOSED, ambiguity.BOUNDARIES})
    assert text == f"{ambiguity.UNCLOSED}, {ambiguity.BOUNDARIES}"
    assert in_french(text) == f"{FRENCH[ambiguity.UNCLOSED]}, {FRENCH[ambiguity.BOUNDARIES]}"


def test_other_words_stay_as_they_are() -> None:
    assert in_french("a Linux program") == "a Linux program"
