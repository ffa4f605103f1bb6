import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.attachments import extension_of, joined, member_name_hits, name_hits


def kinds(name: str) -> list[str]:
    return [kind for kind, _ in name_hits(name)]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "report.pdf",
        "été 2026.docx",
        "archive.tar.gz",
        "exe",
        "the.exe.txt",
        "photo.JPG",
        "cert.crt",
        "v1.2",
        "a.b.c.d",
        "שלום\u200f.pdf",
        "README",
        "...",
        "x.exe/y.txt",
        "Meeting 10:30.pdf",
        "Re: the file setup.exe.eml",
        "\U0001f469\u200d\U0001f4bb.pdf",
        "письмо.док",
        "x" * 300 + ".pdf",
    ],
)
def test_ordinary_names_are_harmless(name: str) -> None:
    assert kinds(name) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("setup.exe", "executable"),
        ("SETUP.EXE", "executable"),
        ("saver.scr", "executable"),
        ("sheet.xll", "executable"),
        ("run.js", "script"),
        ("form.hta", "script"),
        ("open.lnk", "shortcut"),
        ("x.settingcontent-ms", "shortcut"),
        ("disc.iso", "disk-image"),
        ("letter.docm", "macro"),
        ("notes.one", "active-document"),
        ("x.txt.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}", "executable"),
    ],
)
def test_what_runs_when_opened_is_named_by_its_ending(name: str, kind: str) -> None:
    assert kinds(name) == [kind]


@pytest.mark.parametrize("name", ["invoice.pdf.exe", "invoice.PDF .exe", "photo.jpg.lnk", "a.b.docx.js"])
def test_a_harmless_ending_in_front_of_a_dangerous_one_is_a_trick(name: str) -> None:
    assert "double-extension" in kinds(name)


def test_two_endings_of_which_none_deceives_are_no_trick() -> None:
    assert kinds("jquery.min.js") == ["script"]
    assert kinds("letter.pdf.docm") == ["macro"]


def test_letters_turned_around_are_seen_through() -> None:
    assert name_hits("invoice\u202efdp.exe") == (
        ("executable", "ends in .exe"),
        ("deceptive-name", "turns its letters around"),
    )


@pytest.mark.parametrize(
    "name", ["setup.exe.", "setup.exe ", "setup.exe . .", "setup.e\u200bxe", "setup.exe\0", "a.\0exe"]
)
def test_what_windows_drops_does_not_hide_the_ending(name: str) -> None:
    assert kinds(name) == ["executable", "deceptive-name"]


def test_a_name_that_ends_at_a_nul_for_some_is_read_both_ways() -> None:
    assert kinds("setup.exe\0.pdf") == ["executable", "deceptive-name"]


def test_a_nul_in_front_of_a_folder_ends_a_name_too() -> None:
    assert "executable" in kinds("setup.exe\0/letter.pdf")


@pytest.mark.parametrize("name", ["setup.exe::$DATA", "setup.exe:x", "setup.exe:letter.pdf", "a/setup.exe:$DATA"])
def test_a_stream_behind_a_colon_does_not_hide_the_ending(name: str) -> None:
    assert kinds(name) == ["executable", "deceptive-name"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("invoice.e\u200dxe", "holds invisible characters"),
        ("invoice.\uff45\uff58\uff45", "is written in letters that look like others"),
        ("invoice\uff0eexe", "is written in letters that look like others"),
        ("invoice\u2024scr", "is written in letters that look like others"),
        ("invoice.\u0435\u0445\u0435", "is written in letters that look like others"),
        ("x" * 300 + ".exe", "is longer than any program shows"),
    ],
)
def test_an_ending_that_deceives_the_eye_or_another_program_is_told(name: str, why: str) -> None:
    assert ("deceptive-name", why) in name_hits(name)


def test_a_path_through_containers_is_written_and_read_with_one_sign() -> None:
    path = joined(joined("", "a.zip"), "dir/b.EXE")
    assert path == "a.zip > dir/b.EXE"
    assert extension_of(path) == "exe"
    assert extension_of("a.zip > README") == ""


def test_an_ending_pushed_out_of_sight_is_deceptive() -> None:
    assert kinds("invoice.pdf" + " " * 60 + ".exe") == ["executable", "double-extension", "deceptive-name"]
    assert kinds("much" + " " * 60 + "room.pdf") == []


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "a/../../b", "..\\..\\x", "/etc/passwd", "C:\\x", "\\\\host\\x"]
)
def test_a_member_that_leaves_its_folder_is_deceptive(name: str) -> None:
    assert member_name_hits(name) == (("deceptive-name", "leaves its folder"),)


def test_a_member_in_folders_is_ordinary_and_judged_by_its_last_part() -> None:
    assert member_name_hits("a..b/c.d/report.pdf") == ()
    assert member_name_hits("docs.pdf/setup.exe") == (("executable", "ends in .exe"),)


def test_the_ending_that_decides_is_told() -> None:
    assert extension_of("A.TAR.GZ") == "gz"
    assert extension_of("README") == ""


@given(st.text(), st.text(alphabet=" .\t\0\u200b\u202e", max_size=8))
def test_nothing_put_behind_an_ending_hides_it(name: str, behind: str) -> None:
    assert "executable" in kinds(name + ".exe" + behind)
