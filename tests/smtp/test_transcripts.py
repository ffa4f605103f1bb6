"""Every transcript in tests/transcripts is played against the running edge."""

from pathlib import Path

import pytest

from gateway.net.tls import CertificateFiles, ServerTls
from tests.support.transcript import play, read

FOLDER = Path(__file__).parent.parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.smtp"))


@pytest.fixture(scope="module")
def certificate_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(path, certificate_folder):
    transcript = read(path)
    tls = ServerTls(CertificateFiles.named(certificate_folder, "mx"), "mx.office.example", lambda event: None)
    if transcript.conditions.get("tls", "none") != "none":
        await tls.prepare()
    await play(transcript, tls)


def test_there_are_transcripts():
    assert len(TRANSCRIPTS) >= 40


def test_a_transcript_without_a_reason_is_refused(tmp_path):
    path = tmp_path / "bad.smtp"
    path.write_text("C: QUIT\n")
    with pytest.raises(ValueError, match="reason"):
        read(path)
