from gateway.config.known import nearest, unknown_keys
from gateway.config.problems import Remark
from gateway.config.schema import Settings


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    assert list(unknown_keys({"backend": {"x": {"host": []}}}, Settings)) == [
        Remark(("backend", "x", "host"), "unknown key", "hosts")
    ]


def test_unknown_keys_are_found_in_lists_of_tables_and_in_the_pair_of_a_limit() -> None:
    data: dict[str, object] = {
        "dnsbl": [{"zone": "a"}, {"zon": "b"}],
        "limits": {"recipients": {"normal": 1, "overlod": 2}},
    }
    assert [remark.path for remark in unknown_keys(data, Settings)] == [
        ("dnsbl", 1, "zon"),
        ("limits", "recipients", "overlod"),
    ]


def test_names_that_people_choose_are_not_keys() -> None:
    data: dict[str, object] = {
        "backend": {"anything": {}},
        "domain": {"a.example": {}},
        "policy": {"p": {}},
        "listener": {"l": {}},
    }
    assert list(unknown_keys(data, Settings)) == []


def test_capabilities_to_come_are_answered_as_such_and_not_looked_into() -> None:
    data = {
        "mail_source": [{"any": 1}],
        "domain": {"a.example": {"dkim": {}, "recipient_verification": {"catch_all": "a@a.example"}}},
        "backend": {"x": {"transport": "imap-append", "login": {}}},
        "listener": {"s": {"role": "submission"}},
    }
    remarks = list(unknown_keys(data, Settings))
    assert len(remarks) == 6
    assert all("not in this release" in remark.message for remark in remarks)


def test_values_of_a_wrong_type_are_passed_over() -> None:
    assert list(unknown_keys({"backend": 5, "limits": [1], "dnsbl": {"zone": 1}}, Settings)) == []


def test_nothing_is_near_a_key_that_resembles_none() -> None:
    assert nearest("colour", ["hostname", "schema"]) == ""


def test_a_word_that_will_not_be_offered_says_why() -> None:
    data: dict[str, object] = {"policy": {"p": {"attachments": {"macro": "strip"}, "virus": "strip"}}}
    (remark,) = unknown_keys(data, Settings)
    assert remark.path == ("policy", "p", "attachments", "macro")
    assert remark.message.startswith('"strip" is not offered')
