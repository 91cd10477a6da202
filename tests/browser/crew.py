"""People of one organisation, each with a browser: what they do for their team, page by page."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext

from tests.browser.desks import DeskSite, Worker


@dataclass
class Colleague(Worker):
    """Somebody who works with others of their organisation."""

    def begin_anew(self) -> None:
        """Follow the link of a colleague after everything was lost."""
        self.go(self.desk.link_to(self.email))
        self.fill(password=self.password, again=self.password)
        self.send("again")
        self.code = self.shown()
        self.fill(code=self.code)
        self.send("code")
        self.set_up_app()
        self.send("totp")
        assert self.path() == "/"

    def press(self, what: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(what).first.click()
        self.look()

    def reads(self) -> str:
        return self.page.inner_text("main")

    def words(self) -> str:
        """Return the six words on the page, as one reads them out."""
        texts = self.page.locator(".codes li").first.locator("span").all_text_contents()
        assert len(texts) == 6
        return " ".join(texts)


@dataclass
class Crew:
    """An organisation in which dana manages, and whoever she has invited."""

    chromium: Browser
    desk: DeskSite
    width: int = 320
    language: str = "en"
    has_script: bool = True
    contexts: list[BrowserContext] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)  # on the officers' papers
    papers: dict[str, str] = field(default_factory=dict)  # the six words on each, by field
    organisation: str = ""  # its address
    team: str = ""

    def newcomer(self, name: str) -> Colleague:
        """Return somebody with a fresh browser and an address of their own."""
        context = self.chromium.new_context(
            viewport={"width": self.width, "height": 800},
            locale=self.language,
            reduced_motion="reduce",
            java_script_enabled=self.has_script,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        number = self.desk.newcomer(self.language).partition("@")[0]
        email = f"{name}-{number}@demo.example"
        return Colleague(
            page, self.desk, email, is_scripted=self.has_script, name=f"Demo {name.title()}"
        )

    def found_organisation(self) -> Colleague:
        """Let dana come in as the first administrator of a new organisation."""
        dana = self.newcomer("dana")
        said = [f"Demo {dana.email.partition('@')[0]}", dana.email, self.language]
        self.desk.run("tests.browser.founding", *said)
        dana.come_in()
        return dana

    def create_team(self, dana: Colleague) -> None:
        dana.go("/teams")
        dana.press("a[href$='/teams/new']")
        self.organisation = dana.path().removesuffix("/teams/new")
        dana.fill(name="Demo desk", purpose="Opens and follows files")
        dana.send("purpose")
        self.team = dana.path()

    def appoint_officers(self, dana: Colleague) -> None:
        """Print three codes and type each back."""
        for slot in (1, 2, 3):
            dana.go(f"{self.organisation}/officers")
            dana.press(f"a[href$='/officers/{slot}/appoint']")
            dana.send(".desk__content form")
            self.codes[slot] = dana.shown()
            paper = dana.page.locator(".codes").nth(1).locator("span").all_text_contents()
            self.papers[f"words_{slot}"] = " ".join(paper)
            dana.press(f"a[href$='/officers/{slot}/confirm']")
            dana.fill(code=self.codes[slot].lower().replace("-", " "))
            dana.send("code")

    def invite(self, by: Colleague, name: str, role: str) -> Colleague:
        """Invite somebody to the team; they come in on their own first day."""
        somebody = self.newcomer(name)
        by.go(f"{self.team}/invite")
        by.fill(email=somebody.email)
        by.page.check(f"main [name=role][value={role}]")
        by.send("email")
        somebody.come_in()
        return somebody

    def make_key(self, sana: Colleague) -> None:
        """Make the key and finish the kit: the team may work."""
        sana.go(self.team)
        sana.press("form[action$='/key'] button")
        assert sana.page.locator("main .state--caution").first.is_visible()  # it only practises yet
        sana.press("main a[href$='/kit']")
        sana.fill(**self.papers)
        sana.send("words_1")
        assert sana.path() == self.team

    def let_in(self, sana: Colleague, somebody: Colleague) -> None:
        """Read six words here, type them there."""
        somebody.go(self.team)
        sana.go(self.team)
        sana.press("main .notice a.button[href$='/admit']")
        assert somebody.words() not in sana.reads()
        sana.fill(words=somebody.words())
        sana.send("words")
        assert sana.path() == self.team

    def at_work(self) -> tuple[Colleague, Colleague]:
        """Bring a team as far as its work: dana manages it, sana supervises it."""
        dana = self.found_organisation()
        self.create_team(dana)
        self.appoint_officers(dana)
        sana = self.invite(dana, "sana", "supervisor")
        self.make_key(sana)
        return dana, sana

    def write(self, somebody: Colleague, title: str, text: str) -> str:
        """Write a note and return its address."""
        somebody.go(f"{self.team}/notes/new")
        somebody.fill(title=title, text=text)
        somebody.send("title")
        return somebody.path()

    def end_place(self, dana: Colleague, name: str) -> None:
        dana.go(self.team)
        row = dana.page.locator("main tbody tr", has_text=name)
        with dana.page.expect_navigation():
            row.locator("a[href$='/end']").click()
        dana.look()
        dana.send(".desk__content form")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
