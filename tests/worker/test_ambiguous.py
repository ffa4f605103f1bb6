"""Messages that readers disagree about: what any of them would save is found, and the disagreement is told."""

import base64
import email
import email.policy
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import ambiguity
from gateway.worker.inspect import inspect
from tests.support.files import PROGRAM, zipped

PACKED = base64.b64encode(PROGRAM).decode()
EXE = 'Content-Type: application/octet-stream; name="run.exe"\nContent-Transfer-Encoding: base64\n\n' + PACKED
HIDDEN = "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + PACKED

MULTIPART = f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{EXE}\n--b--\n"

CASES = {
    "two boundaries in one field": (
        ambiguity.BOUNDARIES,
        f"Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nhello\n--a--\n--b\n{EXE}\n--b--\n",
    ),
    "two Content-Type fields, the second one true": (
        ambiguity.TYPES,
        f"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{EXE}\n--b--\n",
    ),
    "two Content-Type fields, the first one true": (
        ambiguity.TYPES,
        f"Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n{EXE}\n--b--\n",
    ),
    "two Content-Transfer-Encoding fields": (
        ambiguity.ENCODINGS,
        f"Content-Type: application/x\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n{PACKED}",
    ),
    "an unknown transfer encoding": (
        ambiguity.UNKNOWN_ENCODING,
        f"Content-Type: application/x\nContent-Transfer-Encoding: x-ours\n\n{PACKED}",
    ),
    "a line that begins with the boundary": (
        ambiguity.PREFIX,
        f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--bee\n{EXE}\n--b--\n",
    ),
    "a boundary that begins with another": (
        ambiguity.PREFIX,
        "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: multipart/mixed; boundary=b\n\n"
        + f"--bc\n{EXE}\n--b--\n--bc--\n",
    ),
    "one boundary at two levels": (
        ambiguity.SAME_BOUNDARY,
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n"
        + f"--b\n{EXE}\n--b--\n",
    ),
    "a boundary with a comment": (
        ambiguity.BOUNDARIES,
        f"Content-Type: multipart/mixed; boundary=(x)b\n\n--b\n{EXE}\n--b--\n",
    ),
    "a boundary quoted in part": (
        ambiguity.BOUNDARIES,
        f'Content-Type: multipart/mixed; boundary="a"b\n\n--ab\n{EXE}\n--ab--\n',
    ),
    "a boundary in pieces beside a whole one": (
        ambiguity.BOUNDARIES,
        "Content-Type: multipart/mixed; boundary=c; boundary*0=a;\n boundary*1=b\n\n--c\n\nhello\n--c--\n"
        + f"--ab\n{EXE}\n--ab--\n",
    ),
    "no last boundary": (
        ambiguity.UNCLOSED,
        f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{EXE}\n",
    ),
    "no boundary in the field": (
        ambiguity.NO_BOUNDARY,
        f"Content-Type: multipart/mixed\n\n--b\n{EXE}\n--b--\n",
    ),
    "a line of spaces in the header": (
        ambiguity.HEADER_END,
        f"Content-Type: text/plain\n \nContent-Type: multipart/mixed; boundary=b\n\n--b\n{EXE}\n--b--\n",
    ),
    "a line without a colon in the header": (
        ambiguity.HEADER_END,
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nnonsense\n" + EXE + "\n--a--\n",
    ),
    "a space before the colon": (
        ambiguity.HEADER_END,
        f"Content-Type : multipart/mixed; boundary=b\n\n--b\n{EXE}\n--b--\n",
    ),
    "a colon on the next line": (
        ambiguity.HEADER_END,
        f"Content-Type\n : multipart/mixed; boundary=b\n\n--b\n{EXE}\n--b--\n",
    ),
    "base64 with early padding": (
        ambiguity.BASE64,
        "Content-Type: application/x\nContent-Transfer-Encoding: base64\n\nTQ==\n"
        + base64.b64encode(PROGRAM[1:]).decode(),
    ),
    "base64 with foreign characters": (
        ambiguity.BASE64,
        f"Content-Type: application/x\nContent-Transfer-Encoding: base64\n\n{PACKED[:6]}!!{PACKED[6:]}",
    ),
    "a multipart inside base64": (
        ambiguity.ENCODED_MULTIPART,
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(f"--b\n{EXE}\n--b--\n".encode()).decode(),
    ),
    "a nested message with bare CRs": (
        ambiguity.BARE_CR,
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(MULTIPART.replace("\n", "\r").encode()).decode(),
    ),
    "two names": (
        ambiguity.NAMES,
        'Content-Type: application/x; name="a.pdf"\nContent-Disposition: attachment; filename="run.exe"\n\nx',
    ),
    "a name in pieces beside a whole one": (
        ambiguity.NAMES,
        "Content-Type: application/x; name=a.pdf; name*0=run.; name*1=exe\n\nx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_program_that_only_some_would_see_is_found_and_the_disagreement_told(case: str, line_end: str) -> None:
    note, text = CASES[case]
    finding = inspect(text.replace("\n", line_end).encode())
    assert "executable" in {hit.kind for hit in finding.hits}
    assert note in ", ".join(hit.found for hit in finding.hits if hit.kind == "ambiguous")


@pytest.mark.parametrize("hidden", ["a reading of one boundary", "base64 that ends early"])
def test_an_archive_that_only_one_reading_leaves_whole_is_opened(hidden: str) -> None:
    data = zipped({"run.exe": PROGRAM, "filler": bytes(range(256)) * 20})
    packed = base64.encodebytes(data).decode()
    lines = packed.split("\n")
    part = "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
    if hidden == "a reading of one boundary":
        cut = "\n".join([*lines[:2], "--_._", *lines[2:]])
        text = f"Content-Type: multipart/mixed; boundary=a; boundary=_._\n\n--a\n{part}{cut}\n--a--\n--_._--\n"
    else:
        decoy = base64.encodebytes(zipped({"a.txt": b"x"})).decode()
        padded = packed if packed.rstrip().endswith("=") else base64.encodebytes(data + b"\0").decode()
        text = f"{part}{padded}{decoy}"
    kinds = {(hit.path, hit.kind) for hit in inspect(text.encode()).hits}
    assert ("unnamed > run.exe", "executable") in kinds


HONEST = {
    "plain": "Subject: x\n\nhello",
    "alternative": (
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/html\n\nx\n--b--"
    ),
    "mixed": (
        'Content-Type: multipart/mixed; boundary="=_1"\n\npreamble\n--=_1\nContent-Type: multipart/alternative;\n'
        ' boundary="=_2"\n\n--=_2\n\none\n--=_2--\n\n--=_1\nContent-Type: application/pdf; name="a b (1).pdf"\n'
        "Content-Disposition: attachment;\n filename*=utf-8''a%20b%20(1).pdf\nContent-Transfer-Encoding: base64\n\n"
        "JVBERi0=\n--=_1--\nepilogue\n"
    ),
    "a folded field with a line of spaces": "Subject: a\n \nContent: x\n\nhello",
    "doubled alike": "Content-Type: text/plain\nContent-Type: text/plain; charset=utf-8\n\nhello",
    "identity twice": "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit\n\nhello",
    "an unquoted name": "Content-Type: application/pdf; name=report 5.2026 final.pdf\n\nx",
}


@pytest.mark.parametrize("case", HONEST)
def test_honest_mail_is_not_ambiguous(case: str) -> None:
    assert inspect(HONEST[case].encode()).result == "clean"


def test_the_readings_of_an_ambiguous_flood_end_as_unscannable() -> None:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{number}\n" for number in range(7))
    assert inspect((head + "\nx").encode()).result == "unscannable"
    head = "Content-Type: multipart/mixed; boundary=a; boundary=b; boundary=c\nx\n \n\n--a\n\n--bx\n\n"
    finding = inspect(head.encode() + b"x" * 20_000_000)
    assert "readings that differ" in finding.detail


PIECES = st.sampled_from(
    [
        "Content-Type: multipart/mixed; boundary=a\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=a\n",
        "Content-Type: multipart/mixed; boundary=ab\n",
        "Content-Type: message/rfc822\n",
        "Content-Type: application/x; name=r.exe\n",
        "Content-Disposition: attachment; filename=x.exe\n",
        'Content-Disposition: attachment; filename="y"; filename*0=z.; filename*1=exe\n',
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "Content-Type : text/plain\n",
        "nonsense\n",
        " \n",
        "\n",
        "\n\n",
        "--a\n",
        "--b\n",
        "--ab\n",
        "--a--\n",
        "--b--\n",
        "--a \n",
        PACKED + "\n",
        PACKED[:8] + "==\n",
        "text\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=16).map("".join))
def test_what_the_email_package_would_save_is_among_our_findings(text: str) -> None:
    finding = inspect(text.encode())
    if finding.result == "unscannable" or any(hit.kind == "nested-too-deep" for hit in finding.hits):
        return
    for part in email.message_from_bytes(text.encode(), policy=email.policy.compat32).walk():
        if part.is_multipart():
            continue
        with suppress(TypeError):
            name = part.get_filename()
            if name and name.endswith(".exe"):
                assert any(name in seen for seen in finding.names), (name, finding)
            is_file = part.get_content_maintype() == "application" or name
            payload = part.get_payload(decode=True)
            if is_file and isinstance(payload, bytes) and payload.startswith(PROGRAM[:64]):
                assert "executable" in {hit.kind for hit in finding.hits}
