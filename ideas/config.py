"""Each setting once: its sentence, its environment variable, its default."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import formataddr
from pathlib import Path
from typing import Any

from ideas.domain.accounts import Role

ROOT = Path(__file__).resolve().parent.parent


LACKS_PROXY = (
    "IDEAS_ORIGIN is https:// and IDEAS_PROXIES is not set: all visitors seem to come from the proxy, and are bounded "
    "together. Set IDEAS_PROXIES to the number of proxies in front, usually 1."
)


UNCONFIGURED = "http://127.0.0.1:8000"


class BadSetting(Exception):
    """A setting is missing or cannot be understood; the message says which and what to write."""


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True)
class Config:
    """The settings of one installation; `docs/settings.md` is made from this class."""

    var: str = _setting(str(ROOT / "var"), "Folder of what the platform writes: embedded database, editions, index.")
    database_url: str = _setting("", "Database, as an SQLAlchemy address; SQLite in IDEAS_VAR when unset.")
    secret_key: str = _setting("", "Key that signs sessions; at least 32 characters, required in production.")
    second_factor: str = _setting(
        "", "Roles that must prove themselves twice to work here, as in `administrator,owner`; `staff`: every role."
    )
    openid: str = _setting(
        "", "Text file (TOML) of the OpenID Connect providers that vouch for people; none when unset."
    )
    origin: str = _setting("", "Public address of the site, such as https://idees.example.org; links in mails use it.")
    smtp_url: str = _setting(
        "", "Mail server, smtp://user:password@host:587 or smtps://…; unset: mails go to IDEAS_VAR/mail."
    )
    mail_from: str = _setting("ne-pas-repondre@localhost", "Address that mails come from, under the name of the site.")
    reply_to: str = _setting("", "Address where answers to mails are read; IDEAS_CONTACT when unset.")
    site_name: str = _setting("Données rêvées", "Name of the site.")
    organiser: str = _setting("", "Who runs the call for ideas: signs every page, beside the name of the site.")
    organiser_about: str = _setting("", "Some sentences on who runs it, in French, for the home page and the help.")
    organiser_about_en: str = _setting("", "The same sentences in English; the French ones are shown when unset.")
    logo: str = _setting("icons/mark.svg", "Logo of every page: a name under static/, of the theme or of ours.")
    feedback_url: str = _setting("", "Page where readers say what they think of the service; a link of the footer.")
    accessibility_state: str = _setting(
        "non", "Result of the audit of accessibility: non, partiellement or totalement (conforme)."
    )
    accessibility_scheme: str = _setting(
        "", "Text file of the multi-year scheme of accessibility; a visible blank when unset."
    )
    accessibility_plan: str = _setting("", "Text file of this year's plan for it; a visible blank when unset.")
    contact: str = _setting("", "Public contact address, shown on legal pages; a visible blank when unset.")
    publisher: str = _setting("", "Publisher named in the legal notice; a visible blank when unset.")
    host_provider: str = _setting("", "Hosting company named in the legal notice; a visible blank when unset.")
    theme: str = _setting("", "Folder of a theme: its templates override components, its static files are added.")
    proxies: int = _setting(0, "Number of trusted proxies in front; forwarding headers are ignored beyond it.")
    flood_sign_ins: int = _setting(
        600,
        "Sign-in mails asked for within ten minutes, in one server process, past which each takes a proof of work.",
    )
    flood_ideas: int = _setting(300, "The same for ideas sent without an account.")
    flood_reports: int = _setting(60, "The same for reports sent without an account.")
    dask: str = _setting("", "Address of a Dask scheduler for large clustering runs, tcp://host:8786.")
    demo: bool = _setting(False, "Demonstration: no secret is required and mails are printed.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """Read every `IDEAS_…` variable; raises `BadSetting` in one clear sentence."""
        environment = os.environ if environment is None else environment
        given: dict[str, object] = {}
        for one in fields(cls):
            text = environment.get(f"IDEAS_{one.name.upper()}", "").strip()
            if text:
                given[one.name] = _read(one.name, text, type(one.default))
        return cls(**given)  # type: ignore[arg-type]

    def to_environment(self) -> dict[str, str]:
        """Return the variables that give another process these settings."""
        return {f"IDEAS_{one.name.upper()}": str(getattr(self, one.name)) for one in fields(self)}

    @property
    def database(self) -> str:
        """The address that SQLAlchemy opens."""
        if not self.database_url:
            return f"sqlite:///{Path(self.var).absolute() / 'ideas.sqlite3'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def public_origin(self) -> str:
        """The public address of the site; where `ideas serve` listens when none is configured."""
        return self.origin.rstrip("/") or UNCONFIGURED

    @property
    def sender(self) -> str:
        """Who mails come from, with the name of the site unless the setting has one."""
        return self.mail_from if "<" in self.mail_from else formataddr((self.site_name, self.mail_from))

    @property
    def answers_to(self) -> str:
        """Where somebody who answers a mail is read, empty when nobody said."""
        return self.reply_to or (self.contact if "@" in self.contact else "")

    @property
    def is_secure(self) -> bool:
        """Whether the site is served over HTTPS, so that cookies may say so."""
        return self.origin.startswith("https://")

    @property
    def lacks_proxy(self) -> bool:
        """Whether the site is read over HTTPS through a proxy that is not declared."""
        return self.is_secure and not self.proxies

    def twice_proven_roles(self) -> frozenset[Role]:
        """Return the roles that a second factor is required of."""
        staff = frozenset(Role) - {Role.CONTRIBUTOR}
        named = {name.strip() for name in self.second_factor.split(",") if name.strip()}
        if unknown := named - {"staff", *staff}:
            known = ", ".join(sorted(staff))
            raise BadSetting(f"IDEAS_SECOND_FACTOR names {', '.join(sorted(unknown))}: give staff, or some of {known}.")
        return staff if "staff" in named else frozenset(Role(name) for name in named)

    def signing_key(self) -> str:
        """Return the key that signs sessions; the demonstration makes and keeps its own under `var`."""
        if self.secret_key:
            if len(self.secret_key) < 32:
                raise BadSetting("IDEAS_SECRET_KEY is too short: give at least 32 random characters.")
            return self.secret_key
        if not self.demo:
            raise BadSetting("IDEAS_SECRET_KEY is not set: give at least 32 random characters.")
        kept = Path(self.var) / "secret-key"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(secrets.token_hex(32))
            kept.chmod(0o600)
        return kept.read_text()


def _read(name: str, text: str, kind: type) -> object:
    if kind is bool:
        return text.lower() in ("1", "true", "yes", "oui")
    try:
        return kind(text)
    except ValueError:
        raise BadSetting(f"IDEAS_{name.upper()} should be a whole number, not {text!r}.") from None
