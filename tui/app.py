"""The application: keeps the connection, owns what is known, carries out orders, and turns what it hears into state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.filter import LineFilter

from gateway.control import protocol
from gateway.control.params import Asked, LearnHeld, MessageQuery, ReleaseHeld
from gateway.control.values import HeldChanged, Learned, MessageSummary, PartChanged, QueuedChanged, Released, Status
from gateway.control.workvalues import BypassStatus
from tui import pending
from tui.asking import AwayError, DeniedError
from tui.base import Base, Place, start
from tui.client import Client, Connected, Happened, Lost
from tui.format import Line, Piece, Tone, line
from tui.glyphs import Font
from tui.idle import Idle
from tui.keyqueue import KeyQueue
from tui.keys import GLOBAL
from tui.language import LANGUAGES, Words, words
from tui.messages import Heard, Ordered, Said
from tui.pending import Order, Pending
from tui.screens.frame import FrameScreen, bound
from tui.screens.help import HelpScreen
from tui.screens.home import HomeScreen
from tui.screens.listing import PAGE_TOPIC
from tui.screens.messages import MessagesScreen
from tui.screens.palette import PaletteScreen
from tui.screens.quarantine import QuarantineScreen
from tui.screens.queue import QueueScreen
from tui.screens.reports import ReportsScreen
from tui.state import orders
from tui.state.frame import Frame, LinkState, connection
from tui.theme import CONSOLE, DEFAULTS, THEMES
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.glyphfilter import GlyphFilter

# For the chart of this day: enough for a busy office, bounded for a flooded one.
CHART_PAGES_MAXIMUM = 25
STATUS_SECONDS = 30.0


class PoterneApp(Base):
    """On the console there is one theme, of its sixteen colours.

    `fault` is the exception that ended it, None when none did.
    """

    CSS_PATH = Path(__file__).parent / "styles" / "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, Any]] = {
        "home": HomeScreen,
        "messages": MessagesScreen,
        "quarantine": QuarantineScreen,
        "queue": QueueScreen,
        "reports": ReportsScreen,
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
        super().__init__(client, words, now)
        self.fault: Exception | None = None
        self._client = client
        self._place = place or Place()
        self._filter = GlyphFilter(self._place.font)
        self._keys = KeyQueue(self, super().on_event, PAGE_TOPIC)
        self._pending: Pending | None = None
        self._said: tuple[str, Tone] = (self._place.said, "bad")
        self._idle = Idle(self._place.idle_seconds)
        self._themes = [CONSOLE] if self._place.font is not Font.ANY else [*THEMES, CONSOLE]
        for each in (*THEMES, CONSOLE):
            self.register_theme(each)
        self.theme = self._themes[0].name
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our names, before a theme is chosen."""
        return DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Everything that is drawn passes ours last (D9)."""
        return [*super().get_line_filters(), self._filter]

    def on_mount(self) -> None:
        """Connect, and look at the clock."""
        self._place.started()
        self._listen()
        self.set_interval(1.0, self.tick)
        self.set_interval(STATUS_SECONDS, self._ask_status)

    async def on_event(self, event: events.Event) -> None:
        """Keys go one after the other; all else as ever."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self._idle = self._idle.touched()
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
                self._ask_arrivals()
                for each in self._screens():
                    each.reload()
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
            case list() as arrivals:
                self.arrivals = arrivals
                self._redraw()

    def _happened(self, value: object) -> None:
        if isinstance(value, MessageSummary) and self.arrivals is not None:
            self.arrivals.append(value.time)
        for each in self._screens():
            each.happened(value)
        if isinstance(value, MessageSummary | HeldChanged | PartChanged | QueuedChanged | BypassStatus):
            self._ask_status()

    def _know(self, frame: Frame) -> None:
        self.frame = frame
        self._redraw()

    # What is ordered.

    def on_ordered(self, event: Ordered) -> None:
        """An order waits for ten seconds; one that waited already is carried out now."""
        self._carry_out()
        self._pending = Pending(event.order, self.now() + pending.GRACE)
        self._redraw_bars()

    def on_said(self, event: Said) -> None:
        """A sentence for the bottom line."""
        self._said = (event.text, event.tone)  # type: ignore[assignment]  # the message knows no Tone
        self._redraw_bars()

    def tick(self) -> None:
        """Once a second: is an order due, is anybody there? Only lines that show a time are drawn anew."""
        self._idle = self._idle.beat()
        if self._place.hung_up():
            self.exit()
        if self._idle.is_over:
            self.exit(message=self.words("Left, because nobody pressed a key. Mail goes on."))
        if self._pending is not None and self._pending.is_due(self.now()):
            self._carry_out()
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
                told += [await self._do_one(order, code)]
            except AwayError:
                told.append(self.words("{code}: the gateway is away; nothing was done.", code=code))
            except DeniedError as error:
                told.append(f"{code}: {error}")
        text, tone, details = orders.outcome(order, told, self.words)
        self.post_message(Said(text, tone))
        if details:
            ok = (Choice("", self.words("Understood")),)
            body = partial(orders.detail_lines, details)
            self.push_screen(Dialog(Question(self.words("Not everything was done"), body, ok)))

    async def _do_one(self, order: Order, code: str) -> Released | Learned:
        if order.kind != "release":
            return await self._client.call(protocol.QUARANTINE_LEARN, LearnHeld(code, order.kind))
        if order.teach:
            await self._client.call(protocol.QUARANTINE_LEARN, LearnHeld(code, "ham"))
        params = ReleaseHeld(code, order.recipients, self.words.language)
        return await self._client.call(protocol.QUARANTINE_RELEASE, params)

    # Keys of every screen.

    def action_go(self, mode: str) -> None:
        """To another screen."""
        self.switch_mode(mode)

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
        """Take back what waits."""
        if self._pending is None:
            self.post_message(Said(self.words("There is nothing to take back."), "muted"))
            return
        taken, self._pending = self._pending.order, None
        self.post_message(Said(self.words("Taken back: {what}", what=pending.doing(taken, self.words)), "ok"))

    def action_language(self) -> None:
        """The other language, everywhere at once."""
        following = LANGUAGES[(LANGUAGES.index(self.words.language) + 1) % len(LANGUAGES)]
        self.words = words(following, self.words.zone)
        self._said = ("", "")
        self._listen()
        self._redraw()

    def action_theme(self) -> None:
        """The next colours."""
        names = [each.name for each in self._themes]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self._redraw()

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

    def _ask_arrivals(self) -> None:
        start(self, self._count_arrivals, "arrivals")

    async def _count_arrivals(self) -> None:
        """The times of this day's messages, newest first."""
        local = self.now().astimezone(self.words.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        times: list[datetime] = []
        cursor = ""
        try:
            for _ in range(CHART_PAGES_MAXIMUM):
                page = await self._client.call(protocol.MESSAGES_LIST, MessageQuery(200, cursor, since=midnight))
                times += [each.time for each in page.items]
                if page.next is None:
                    break
                cursor = page.next
        except (AwayError, DeniedError):
            return  # the connection says so; it is asked anew with it
        self.post_message(Heard(times))

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
        for name in ("#title", "#notice"):
            for each in self.screen.query(name) if self.screen_stack else ():
                each.refresh()
