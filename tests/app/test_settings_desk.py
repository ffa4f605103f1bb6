"""Settings and secrets as the control socket sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gateway.app.settings_desk import CHANGES_IN_ROW, VALUE_IN_ROW_CHARACTERS, GatewaySettings
from gateway.app.start import Start
from gateway.control.refusal import Refusal
from gateway.control.settingsvalues import ChangeView, ProblemView, Tried
from gateway.system.credentials import Secrets
from tests.support.settings import FIRST, HARMLESS, RISKY, Room, room


@asynccontextmanager
async def desk(folder: Path, **start: object) -> AsyncIterator[tuple[GatewaySettings, Room]]:
    (folder / "secrets").mkdir()
    async with room(folder) as at:
        kept = at.keeper.kept
        begun = replace(Start(kept.settings, FIRST, kept.version), **start)  # type: ignore[arg-type]  # a test names fields
        yield GatewaySettings(at.keeper, at.versions, Secrets(folder / "secrets"), begun, at.clock), at


def tried(answer: Tried | Refusal | None) -> Tried:
    assert isinstance(answer, Tried)
    return answer


async def test_a_trial_is_told_with_changes_risks_probes_and_the_time_left(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, at):
        done = tried(await settings.try_text(RISKY, "anna", 0, "fr"))
        risk = "d'autres serveurs pourraient refuser une passerelle de ce nom"
        name = "Le nom de la passerelle, connu du DNS"
        assert done.changes == (ChangeView("hostname", '"mx.office.example"', '"mx2.office.example"', risk, name),)
        assert [(each.name, each.works, each.worked_before) for each in done.probes] == [
            ("backend:exchange", True, True), ("dns", False, False),
        ]  # fmt: skip
        await at.clock.turn(10)
        trial = settings.trial("en")
        assert trial is not None
        assert (trial.version, trial.by, trial.seconds_left) == (2, "anna", 290)
        assert trial.began is not None
        assert (trial.ends - trial.began).total_seconds() == 300
        assert (await settings.show(0, "en")).text.decode() == RISKY  # type: ignore[union-attr]  # it is there
        assert tried(await settings.keep("bob", "en")).outcome == "kept"
        assert settings.trial("en") is None


async def test_what_is_not_valid_comes_back_with_every_error(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, at):
        done = tried(await settings.try_text(FIRST + "[limits]\nrecipient = 5\nspool_octets = 1.5\n", "anna", 0, "en"))
        assert done.outcome == "invalid"
        assert done.problems[0] == ProblemView(9, "limits.recipient", "unknown key", "recipients")
        assert len(done.problems) == 2
        assert at.runs.ran == ["mx.office.example"]
        assert tried(await settings.try_text("\ud800", "anna", 0, "en")).outcome == "invalid"


async def test_single_keys_are_changed_in_the_kept_text(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, at):
        done = tried(await settings.edit([("quarantine.keep_days", "10")], "anna", 0, "en"))
        assert done.outcome == "kept"
        assert at.file.read_text() == FIRST + "\n[quarantine]\nkeep_days = 10\n"
        assert await settings.edit([("a b", "1")], "anna", 0, "en") == Refusal(
            "'a b' is no key: Expected '=' after a key in a key/value pair (at line 1, column 3)."
        )


async def test_undo_ends_a_trial_or_goes_back_to_the_version_before_or_to_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, at):
        assert await settings.undo(0, "anna", 0, "en") is None
        await settings.try_text(RISKY, "anna", 0, "en")
        assert tried(await settings.undo(0, "anna", 0, "en")).outcome == "reverted"
        await settings.try_text(HARMLESS, "anna", 0, "en")
        back = tried(await settings.undo(0, "anna", 0, "en"))
        assert (back.outcome, back.version) == ("kept", 4)
        assert at.file.read_text() == FIRST
        assert tried(await settings.undo(3, "anna", 0, "en")).outcome == "kept"
        assert at.file.read_text() == HARMLESS
        assert await settings.undo(77, "anna", 0, "en") is None


async def test_what_can_not_be_done_is_a_sentence(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, at):
        assert await settings.keep("anna", "en") == Refusal("Nothing is on trial: the settings that run are kept.")
        at.runs.refuses = {"mx2.office.example"}
        refused = await settings.try_text(RISKY, "anna", 0, "en")
        assert refused == Refusal("These settings can't run here: port 25 is taken. Nothing changed.")


async def test_a_list_shows_few_changes_and_short_values(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, _):
        people = ", ".join(f'"person{number}"' for number in range(100))
        text = FIRST + f'recipient_verification = {{ method = "list", addresses = [{people}] }}\n'
        text += "[history]\nkeep_days = 5\n[quarantine]\nkeep_days = 5\nsize_octets = 2_000_000\n"
        text += "[timeouts]\nchecks_seconds = 20\nanswer_budget_seconds = 50\n"
        assert tried(await settings.try_text(text, "anna", 0, "en")).outcome == "trial"
        newest = (await settings.history(None, 1, "en")).items[0]
        assert len(newest.changes) == CHANGES_IN_ROW < newest.change_count
        assert max(len(each.new) for each in newest.changes) == VALUE_IN_ROW_CHARACTERS
        whole = await settings.show(newest.number, "en")
        assert whole is not None
        assert len(whole.summary.changes) == newest.change_count


async def test_a_file_that_could_not_be_used_is_a_trouble_until_other_settings_are_kept(tmp_path: Path) -> None:
    async with desk(tmp_path, alarm="invalid", cause="line 3: \x1b[2J") as (settings, _):
        (trouble,) = settings.troubles("en")
        assert "version 1 runs instead" in trouble.what
        assert "\x1b" not in trouble.what
        await settings.try_text(HARMLESS, "anna", 0, "en")
        assert settings.troubles("en") == ()


async def test_secrets_are_set_listed_and_deleted_but_the_gateways_own_stays(tmp_path: Path) -> None:
    async with desk(tmp_path) as (settings, _):
        assert await settings.set_secret("smart-host", b"s3cret", "anna") is None
        (tmp_path / "secrets" / "installation").write_text("ours")
        (tmp_path / "secrets" / ".half").write_text("x")
        assert [each.name for each in await settings.secrets()] == ["smart-host"]
        for refused in (
            await settings.set_secret("installation", b"x", "anna"),
            await settings.delete_secret("installation", "anna"),
        ):
            assert isinstance(refused, Refusal)
            assert "is the gateway's own" in refused.text
        assert await settings.delete_secret("smart-host", "anna") is True
        assert await settings.delete_secret("smart-host", "anna") is False
