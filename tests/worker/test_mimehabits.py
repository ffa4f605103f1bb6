from gateway.worker.mimehabits import EVERY_BOUNDARY, SHAPES_MAXIMUM, Habits, others


def test_without_a_disagreement_there_is_one_way_to_read() -> None:
    assert list(others(())) == []


def test_each_disagreement_has_its_ways_and_several_have_all_together() -> None:
    assert list(others({"prefix"})) == [Habits(by_prefix=True)]
    assert {each.header_end for each in others({"blank-line", "no-field"})} == {"blank-line", "no-field"}
    assert {each.shape for each in others({"shape"})} == {*range(SHAPES_MAXIMUM - 1), -1}
    every = list(others({"shape", "blank-line", "no-field", "prefix"}))
    assert len(every) == len(set(every)) == (SHAPES_MAXIMUM + 1) * 3 * 2 - 1
    assert EVERY_BOUNDARY not in every
