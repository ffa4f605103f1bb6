"""The application: keeps the connection, owns what is known, carries out orders, and turns what it hears into state."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.settingsvalues import SettingsHappened
from gateway.control.values import HeldChanged, MessageSummary, PartChanged, QueuedChanged, Status
from gateway.control.workvalues import BypassStatus
from tui import carrying, pending
from tui.asking import AwayError, DeniedError
from tui.base import Place, start
from tui.client import Client, Connected, Happened, Lost
from tui.format import Line, Piece, Tone, line
from tui.idle import Idle
from tui.keyqueue import KeyQueue
from tui.keys import GLOBAL
from tui.language import Words
from tui.messages import Heard, Listed, Ordered, Said
from tui.pending import Order, Pending
from tui.screens.assistant import AssistantScreen
from tui.screens.domains import DomainsScreen
from tui.screens.frame import FrameScreen, bound
from tui.screens.health import HealthScreen
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.listing import PAGE_TOPIC
from tui.screens.messages import MessagesScreen
from tui.screens.palette import PaletteScreen
from tui.screens.quarantine import QuarantineScreen
from tui.screens.queue import QueueScreen
from tui.screens.reports import ReportsScreen
from tui.screens.rules import RulesScreen
from tui.screens.system import SystemScreen
from tui.state import assistant, orders
from tui.state.frame import Frame, LinkState, connection
from tui.state.present import also_here
from tui.trying import Trying
from tui.widgets.dialog import Answer, Choice, Dialog, Question

STATUS_SECONDS = 30.0
# Textual reads a terminal that is gone without end (ux.md §4.5): it must not for long.
HANG_UP_SECONDS = 0.25
# What was said is read by then, and the next key may take it away; what went wrong stays until something else is said.
READING_TIME = timedelta(seconds=5)
# What happens, and changes the state.
_OF_STATUS = (MessageSummary, HeldChanged, PartChanged, QueuedChanged, BypassStatus, SettingsHappened)


class PoterneApp(Trying):
    """`fault` is the exception that ended it, None when none did."""

    CSS_PATH = Path(__file__).parent / "styles" / "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, Any]] = {
        "home": HomeScreen,
        "messages": MessagesScreen,
        "quarantine": QuarantineScreen,
        "queue": QueueScreen,
        "domains": DomainsScreen,
        "rules": RulesScreen,
        "health": HealthScreen,
        "reports": ReportsScreen,
        "system": SystemScreen,
    }
    DEFAULT_MODE = "home"
    BINDINGS = [*bound(GLOBAL), Binding("ctrl+z", "nothing", show=False)]

    def __init__(
        self,
        client: Client,
        words: Words,
        now: Callable[[], datetime],
        place: Place | None = None,
    ) -> None:
        super().__init__(client, words, now, place or Place())
        self.fault: Exception | None = None
        self._client = client
        self._place = place or Place()
        self._keys = KeyQueue(self, super().on_event, PAGE_TOPIC)
        self._pending: Pending | None = None
        self._changes: tuple[int, ...] = ()  # of the lists: what `u` takes back
        self._said: tuple[str, Tone] = (self._place.said, "bad")
        self._said_at = now()
        self._idle = Idle(self._place.idle_seconds)
        self._has_greeted = False
        self._assists = self._place.assists

    def on_mount(self) -> None:
        """Connect, and look at the clock."""
        self._place.started()
        self.call_after_refresh(self.welcome, self._listen)
        self.set_interval(1.0, self.tick)
        self.set_interval(HANG_UP_SECONDS, self.look_for_terminal)
        self.set_interval(STATUS_SECONDS, self._ask_status)

    async def on_event(self, event: events.Event) -> None:
        """Keys go one after the other; all else as ever."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self._idle = self._idle.touched()
            if self._said[1] != "bad" and self.now() - self._said_at > READING_TIME:
                self._said = ("", "")
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._keys.put(event)
        else:
            await super().on_event(event)

    # What is heard.

    def on_heard(self, event: Heard) -> None:
        """The connection has something to say."""
        match event.value:
            case Connected():
                self._know(Frame(self.frame.status, LinkState(is_up=True)))
                self._ask_status()
                for each in self._screens():
                    each.reload()
            case Lost("full", text, _):
                self.exit(message=text)
            case Lost(why, text, pause):
                again = datetime.fromtimestamp(self.now().timestamp() + pause, self.now().tzinfo)
                sentence = (
                    self.words("The gateway does not answer: it is stopped or restarting.") if why == "away" else text
                )
                self._know(Frame(self.frame.status, LinkState(why=sentence, again_at=again)))
            case Happened(value):
                self._happened(value)
            case Status() as status:
                self._know(Frame(status, self.frame.link))
                self.trial_heard(status.trial)
                self._assist(status)
                self._greet(status)

    def _happened(self, value: object) -> None:
        for each in self._screens():
            each.happened(value)
        if isinstance(value, SettingsHappened):
            self.trial_happened(value)
        if isinstance(value, _OF_STATUS):
            self._ask_status()

    def _assist(self, status: Status) -> None:
        """Open the assistant once, when it is asked for, or needed."""
        wanted, self._assists = self._assists, ""
        if wanted == "now" or (wanted == "needed" and assistant.is_needed(status)):
            self.push_screen(AssistantScreen())

    def _greet(self, status: Status) -> None:
        """Once, at the start: who else is there."""
        if not self._has_greeted and not self._said[0] and (who := also_here(status.sessions, self.words)):
            self.post_message(Said(who, "info"))
        self._has_greeted = True

    def _know(self, frame: Frame) -> None:
        self.frame = frame
        self._redraw()

    # What is ordered.

    def on_ordered(self, event: Ordered) -> None:
        """An order waits for ten seconds; one that waited already is carried out now."""
        self._carry_out()
        self._pending = Pending(event.order, self.now() + pending.GRACE)
        self._redraw_bars()

    def on_listed(self, event: Listed) -> None:
        """The lists were changed: said, and kept for `u`."""
        self._changes = event.changes
        self.post_message(Said(event.text, event.tone))
        for each in self._screens():
            each.lists_changed()

    def on_said(self, event: Said) -> None:
        """A sentence for the bottom line."""
        self._said = (event.text, event.tone)  # type: ignore[assignment]  # the message knows no Tone
        self._said_at = self.now()
        self._redraw_bars()

    def look_for_terminal(self) -> None:
        """End when the terminal is gone."""
        if self._place.hung_up():
            self.exit()

    def tick(self) -> None:
        """Once a second: is an order due, is anybody there? Only lines that show a time are drawn anew."""
        self._idle = self._idle.beat()
        if self._idle.is_over:
            self.exit(message=self.words("Left, because nobody pressed a key. Mail goes on."))
        if self._pending is not None and self._pending.is_due(self.now()):
            self._carry_out()
        self.beat()
        self._redraw_bars()

    def notice(self) -> Line:
        """The connection first, then what is about to be done, then what was said."""
        if left := self._idle.seconds_left:
            return line(" ", Piece(self.words("Leaves in {seconds} s: press any key to stay.", seconds=left), "warn"))
        if self.frame.link.why:
            return connection(self.frame.link, self.now(), self.words)
        if self._pending is not None:
            return pending.notice(self._pending, self.now(), self.words)
        return line(" ", Piece(*self._said)) if self._said[0] else ()

    def _carry_out(self) -> None:
        if self._pending is not None:
            order, self._pending = self._pending.order, None
            start(self, partial(self._do, order))

    async def _do(self, order: Order) -> None:
        """Each message in turn; what happened is said in the end."""
        told: list[object] = []
        for code in order.codes:
            try:
                told += [await carrying.carry_out(self._client, order, code, self.words.language)]
            except AwayError:
                told.append(self.words("{code}: the gateway is away; nothing was done.", code=code))
            except DeniedError as error:
                told.append(f"{code}: {error}")
        text, tone, details = orders.outcome(order, told, self.words)
        if changes := orders.changes_of(told):
            self.post_message(Listed(text, changes, tone))
        else:
            self.post_message(Said(text, tone))
        if details:
            ok = (Choice("", self.words("Understood")),)
            body = partial(orders.detail_lines, details)
            self.push_screen(Dialog(Question(self.words("Not everything was done"), body, ok)))

    async def _take_back(self, changes: tuple[int, ...]) -> None:
        try:
            text = await carrying.take_back(self._client, changes, self.words.language)
        except (AwayError, DeniedError) as error:
            self.post_message(Said(str(error), "bad"))
        else:
            self.post_message(Said(self.words("Taken back: {what}", what=text), "ok"))
            for each in self._screens():
                each.lists_changed()

    # Keys of every screen.

    def action_go(self, mode: str) -> None:
        """To another screen."""
        self.switch_mode(mode)

    async def action_system(self, name: str) -> None:
        """To one line of System."""
        await self.switch_mode("system")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if isinstance(self.screen, SystemScreen):
            self.screen.open(name)

    def action_present(self) -> None:
        """Say who else has the interface open."""
        sessions = self.frame.status.sessions if self.frame.status is not None else ()
        text = also_here(sessions, self.words) or self.words("Nobody else has the interface open.")
        self.post_message(Said(text, "info"))

    def action_search(self) -> None:
        """Search messages, from anywhere."""
        self.switch_mode("messages")
        if isinstance(self.screen, MessagesScreen):
            self.call_after_refresh(self.screen.action_search)

    def action_help(self) -> None:
        """Help for the screen in front."""
        if isinstance(self.screen, FrameScreen):
            self.push_screen(HelpScreen(self.screen.KEYS))

    def action_palette(self) -> None:
        """Any action by name."""
        if isinstance(self.screen, FrameScreen):
            self.push_screen(PaletteScreen(self.screen.KEYS), self._chosen)

    async def _chosen(self, action: str | None) -> None:
        if action:
            await self.run_action(action, self._front())

    def action_undo(self) -> None:
        """Take back what waits, else what the screen in front can."""
        if self._pending is None:
            if self._front().take_back():
                return
            if self._changes:
                changes, self._changes = self._changes, ()
                start(self, partial(self._take_back, changes))
            else:
                self.post_message(Said(self.words("There is nothing to take back."), "muted"))
            return
        taken, self._pending = self._pending.order, None
        self.post_message(Said(self.words("Taken back: {what}", what=pending.doing(taken, self.words)), "ok"))

    def spoken(self) -> None:
        """What stands in another language is asked for anew."""
        self._said = ("", "")
        self._listen()
        self._redraw()

    def refresh_status(self) -> None:
        """Ask for the state anew."""
        self._ask_status()

    def action_leave(self) -> None:
        """Ask, then end; what waits is carried out first."""
        if any(isinstance(each, Dialog) for each in self.screen_stack):
            return
        choices = (Choice("leave", self.words("Leave")), Choice("", self.words("Stay")))
        text = self.words("Mail goes on without this interface.")
        question = Question(self.words("Leave the interface?"), lambda cells: [line(text)], choices)
        self.push_screen(Dialog(question), self._leave)

    def action_nothing(self) -> None:
        """A key that must do nothing."""

    async def _leave(self, answer: Answer | None) -> None:
        if answer is not None:
            if self._pending is not None:
                order, self._pending = self._pending.order, None
                await self._do(order)
            self.exit()

    # What is asked.

    def _listen(self) -> None:
        start(self, self._hear, "link")

    async def _hear(self) -> None:
        async with aclosing(self._client.listen(self.words.language)) as heard:
            async for value in heard:
                self.post_message(Heard(value))

    def _ask_status(self) -> None:
        start(self, self._status, "status")

    async def _status(self) -> None:
        try:
            status = await self._client.call(protocol.STATUS, Asked(self.words.language))
        except (AwayError, DeniedError):
            return  # the connection says so
        self.post_message(Heard(status))

    def _handle_exception(self, error: Exception) -> None:
        """End without a traceback: its local values are other people's mail (ux.md §1.2)."""
        self.fault = error
        if self.is_headless:
            super()._handle_exception(error)
        else:
            self._close_messages_no_wait()

    # What is drawn.

    def _screens(self) -> list[FrameScreen]:
        """Every screen that is mounted, also behind others."""
        return [
            each
            for stack in self._screen_stacks.values()
            for each in stack
            if isinstance(each, FrameScreen) and each.is_mounted
        ]

    def _front(self) -> FrameScreen:
        return next(each for each in reversed(self.screen_stack) if isinstance(each, FrameScreen))

    def _redraw(self) -> None:
        if self.screen_stack and isinstance(self.screen, FrameScreen):
            self.screen.redraw()

    def _redraw_bars(self) -> None:
        for screen in self.screen_stack:
            for each in screen.query("#title, #notice"):
                each.refresh()
