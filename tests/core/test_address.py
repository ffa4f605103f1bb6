"""Mailboxes: kept as received, compared folded."""

from gateway.core.address import NULL_REVERSE_PATH, ForwardPath, Mailbox, ReversePath

BOB = Mailbox("Bob", "Office.Example", "office.example")


def test_an_address_is_written_as_it_was_received():
    assert str(BOB) == "Bob@Office.Example"
    assert str(Mailbox("postmaster", "", "")) == "postmaster"
    assert str(ForwardPath(BOB)) == str(ReversePath(BOB)) == "Bob@Office.Example"


def test_the_key_folds_case_and_quotes():
    assert BOB.key == "bob@office.example"
    assert Mailbox('"Bob"', "office.example", "office.example").key == BOB.key
    assert Mailbox('"B\\ob"', "office.example", "office.example").key == BOB.key
    assert Mailbox("Postmaster", "", "").key == "postmaster"


def test_a_quote_that_ends_in_a_lone_backslash_does_no_harm():
    assert Mailbox('"a\\"', "office.example", "office.example").key == "a@office.example"


def test_only_the_local_part_decides_about_smtputf8():
    assert Mailbox("bob", "bücher.example", "xn--bcher-kva.example").is_ascii
    assert not Mailbox("zoé", "office.example", "office.example").is_ascii


def test_a_literal_is_known_by_its_brackets():
    assert Mailbox("bob", "[192.0.2.1]", "[192.0.2.1]").is_literal
    assert not BOB.is_literal


def test_the_null_reverse_path_names_nobody():
    assert NULL_REVERSE_PATH.is_null
    assert str(NULL_REVERSE_PATH) == NULL_REVERSE_PATH.ascii_domain == ""
    assert not ReversePath(BOB).is_null
    assert ReversePath(BOB).ascii_domain == ForwardPath(BOB).ascii_domain == "office.example"
    assert ForwardPath(BOB).key == BOB.key
