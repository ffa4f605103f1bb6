"""Domains & servers: where each domain's mail goes, how the server is, and how well recipients are known."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from gateway.control import protocol
from gateway.control.settingsparams import OneVersion
from gateway.control.settingsvalues import SettingsHappened, VersionDetail
from gateway.control.workparams import OneLane, ProbeBackend
from gateway.control.workvalues import Woken
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.screens.frame import FrameScreen, bound
from tui.screens.guide import GuideScreen
from tui.screens.newdomain import NewDomainScreen
from tui.screens.probe import ProbeScreen
from tui.screens.recipients import RecipientsScreen
from tui.screens.settings import SectionScreen
from tui.screens.sheet import Sheet
from tui.screens.value import Option, PickScreen, TypeScreen, Wanted
from tui.state import domains, newdomain
from tui.state.domains import KINDS
from tui.state.newdomain import Draft
from tui.state.servers import Row, Server, rows, servers
from tui.state.settings import written
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_ANOTHER = "+"


class DomainsScreen(FrameScreen):
    """A row for each domain, for servers without one, for the ways out."""

    KEYS = tab = "domains"
    BINDINGS = bound(SCREENS["domains"])

    def __init__(self) -> None:
        super().__init__()
        self._text: bytes | None = None
        self._rows: tuple[Row, ...] = ()
        self._wanted = ""

    @property
    def table(self) -> Table[Row]:
        """The list."""
        return self.query_one("#list", Table)

    def body(self) -> ComposeResult:
        """What there is in a line, titles, list, explanation."""
        yield Bar(lambda cells: domains.summary(self._rows, self.base.frame.status, self.words), id="head-state")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        with Container(id="split"):
            table: Table[Row] = Table(domains.COLUMNS, self._row, id="list", live=False)
            yield table
            yield Lines(id="panel")

    def on_mount(self) -> None:
        """From what the settings say."""
        self.query_one("#panel", Lines).show(self._panel)
        self.table.show(Few(self._rows), self._empty)
        self.reload()

    def reload(self) -> None:
        """The settings anew."""
        self.ask("text", protocol.CONFIG_SHOW, OneVersion(language=self.words.language))

    def redraw(self) -> None:
        """List and panel too."""
        self.table.redraw()
        panel = self.query_one("#panel", Lines)
        panel.display = bool(self._rows)
        panel.redraw()
        super().redraw()

    def happened(self, value: object) -> None:
        """Other settings name other domains; a lane's state comes with the status."""
        if isinstance(value, SettingsHappened):
            self.reload()
        self.redraw()

    def on_answered(self, event: Answered) -> None:
        """Rows anew; the chosen one stays chosen. Or how much is tried."""
        if isinstance(event.value, Woken):
            text = self.words.n("{count} message is tried now.", "{count} messages are tried now.", event.value.entries)
            self.post_message(Said(text if event.value.entries else self.words("Nothing waits."), "ok"))
        if isinstance(event.value, VersionDetail):
            chosen = self.table.chosen
            self._text = event.value.text
            self._rows = rows(self._text)
            place = next((at for at, each in enumerate(self._rows) if chosen and each.key == chosen.key), None)
            self.table.source = Few(self._rows)
            if self._rows and (place is None or place != self.table.cursor):
                self.table.choose(place or 0)
            self.point_at(self._wanted)
        self.redraw()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it."""
        self.query_one("#panel", Lines).show(self._panel, from_top=True)

    def point_at(self, name: str) -> None:
        """Choose the row of this domain or server, now or when the rows are there."""
        self._wanted = name
        place = next((at for at, each in enumerate(self._rows) if name and name in _names(each)), None)
        if place is not None:
            self._wanted = ""
            self.table.choose(place)

    def action_open(self) -> None:
        """Who is known of the domain; what to set on a server; whether a way out works."""
        row = self.table.chosen
        if row is not None and row.kind == "domain":
            self.app.push_screen(RecipientsScreen(row.name))
        elif row is not None and row.kind == "server":
            self.action_guide()
        elif row is not None:
            self.action_test()

    def action_guide(self) -> None:
        """What to set on the server of the row."""
        row = self.table.chosen
        if row is None or row.server is None or row.kind == "route":
            self.post_message(Said(self.words("Only a server of ours has a guide: choose its line."), "muted"))
        else:
            self.app.push_screen(GuideScreen(row.server.name))

    def action_test(self) -> None:
        """Try the server of the row, without a message."""
        row, words = self.table.chosen, self.words
        if row is None:
            self.post_message(Said(words("There is no server yet: n asks for one."), "muted"))
        elif row.server is None:
            text = words("Each domain outside has its own server: nothing to try. On Home, t tests the whole chain.")
            self.post_message(Said(text, "muted"))
        else:
            name = row.lane if row.kind == "route" else row.server.name
            domain = row.name if row.kind == "domain" else ""
            wanted = ProbeBackend(name, domain=domain, language=words.language)
            lane = row.lane

            def closed(wants_retry: bool | None) -> None:
                if wants_retry:
                    self._retry(lane)

            self.app.push_screen(ProbeScreen(words("Test {name}", name=row.server.name), wanted), closed)

    def action_retry(self) -> None:
        """Try now what waits for the server of the row."""
        row = self.table.chosen
        if row is None or not row.lane:
            self.post_message(
                Said(self.words("4 shows what waits for the servers outside; r there tries it."), "muted")
            )
        else:
            self._retry(row.lane)

    def _retry(self, lane: str) -> None:
        self.ask("retry", protocol.QUEUE_RETRY_LANE, OneLane(lane, self.words.language))

    def action_modify(self) -> None:
        """The settings of the row, as a form."""
        row = self.table.chosen
        if row is None:
            self.post_message(Said(self.words("There is nothing to change yet: n asks for a domain."), "muted"))
        elif row.kind == "route":
            self.app.push_screen(RowScreen(Sheet(), self.words("Ways out"), _route_keys(self._rows, row)))
        else:
            self.app.push_screen(RowScreen(Sheet(), row.name, _keys(row)))

    def action_new(self) -> None:
        """Ask for a domain, then for its server, then try it."""
        words = self.words
        text = words("What stands behind the @ of the addresses.")
        wanted = Wanted(
            words("New domain"),
            lambda cells: paragraph(text, cells, "muted"),
            lambda typed: newdomain.judged_domain(typed, self._rows, words),
        )
        self.app.push_screen(TypeScreen(wanted), self._domain_given)

    def _domain_given(self, domain: str | None) -> None:
        if domain is None:
            return
        known = servers(self._text or b"")
        if not known:
            self._ask_host(domain, known)
            return
        options = [Option(each.name, each.name, ", ".join(each.hosts)) for each in known]
        options.append(Option(_ANOTHER, self.words("another server")))

        def chosen(name: str | None) -> None:
            if name == _ANOTHER:
                self._ask_host(domain, known)
            elif name is not None:
                self._review(Draft(domain, next(each for each in known if each.name == name)))

        about = self.words("Where does its mail go?")
        self.app.push_screen(PickScreen(domain, lambda cells: paragraph(about, cells), options, known[0].name), chosen)

    def _ask_host(self, domain: str, known: tuple[Server, ...]) -> None:
        words = self.words
        text = words("Its address or name, such as 10.0.0.9; port 25 if you give no other.")
        wanted = Wanted(
            words("The server of {domain}", domain=domain),
            lambda cells: paragraph(text, cells, "muted"),
            lambda typed: newdomain.judged_host(typed, words),
        )

        def given(host: str | None) -> None:
            if host is not None:
                self._ask_kind(domain, host, known)

        self.app.push_screen(TypeScreen(wanted), given)

    def _ask_kind(self, domain: str, host: str, known: tuple[Server, ...]) -> None:
        words = self.words
        options = [Option(name, words(label)) for name, label in KINDS.items()]

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self._review(Draft(domain, newdomain.new_server(host, kind, known), is_new=True))

        title = words("What kind of server is {host}?", host=host)
        self.app.push_screen(PickScreen(title, lambda cells: (), options, "exchange"), chosen)

    def _review(self, draft: Draft) -> None:
        self.app.push_screen(NewDomainScreen(draft, self.point_at))

    def _row(self, row: Row) -> Line:
        return domains.row_line(row, self.base.frame.status, self.base.now(), self.words)

    def _panel(self, cells: int) -> list[Line]:
        row = self.table.chosen
        if row is None:
            return []
        shown = domains.panel(row, self.base.frame.status, self.base.now(), cells, self.words)
        if self.base.frame.link.why:
            return [line(Piece(self.words("As last known"), "bad")), *shown]
        return shown

    def _empty(self, cells: int) -> list[Line]:
        if self._text is not None:
            return [(), *domains.empty(cells, self.words)]
        if self.base.frame.link.why:
            return [(), *paragraph(self.words("Not known while the gateway is away."), cells - 2, first=line("  "))]
        return [(), line(Piece("  " + self.words("Asking …"), "muted"))]


class RowScreen(SectionScreen):
    """The settings of one row; as every form of the settings, under its own tab."""

    tab = "domains"

    def place(self) -> str:
        """Where one is."""
        return f"{self.words('Domains')} > {self.heading()}"


def _names(row: Row) -> tuple[str, ...]:
    return (row.name, row.server.name if row.server is not None else "")


def _keys(row: Row) -> list[str]:
    """What of the settings belongs to a domain and its server."""
    keys: list[str] = []
    if row.kind == "domain":
        domain = f"domain.{written(row.name)}"
        keys += [f"{domain}.{each}" for each in ("backend", "policy", "acceptance")]
        verification = f"{domain}.recipient_verification"
        keys += [f"{verification}.{each}" for each in ("method", "learn_days", "unknown", "addresses")]
        ldap = ("urls", "base", "bind_dn", "secret", "filter", "attributes", "authority", "pin_sha256")
        keys += [f"{verification}.ldap.{each}" for each in ldap]
    if row.server is not None:
        backend = f"backend.{written(row.server.name)}"
        names = ("hosts", "transport", "kind", "tls.mode", "tls.pin_sha256", "max_connections", "subaddress_delimiter")
        keys += [f"{backend}.{each}" for each in names]
    return keys


def _route_keys(shown: tuple[Row, ...], row: Row) -> list[str]:
    """What of the settings belongs to a way out; its place in the list is counted from 1."""
    place = [each for each in shown if each.kind == "route"].index(row) + 1
    names = ("next_hop", "recipient_domains", "sender_domains", "smart_host.host", "smart_host.port")
    more = ("smart_host.name", "smart_host.auth.user", "smart_host.auth.secret", "smart_host.tls.mode", "tls.mode")
    return [f"outbound_route[{place}].{each}" for each in (*names, *more)]
