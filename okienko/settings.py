"""The settings: one typed class, read once from the environment (`OKIENKO_*`) and from `.env`."""

from enum import Enum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from helpdesk.sealing import Sealer
from mail_ingest.after import read_after
from okienko.errors import BadSetting
from okienko.places import ROOT

PREFIX = "OKIENKO_"
EMBEDDED_USER, EMBEDDED_PASSWORD = "cot", "demonstration"
"""How to open the embedded mailbox; it listens on loopback and holds invented mail only."""
DATABASE = "database"
"""Where bytes are kept unless a folder is set."""
Port = Annotated[int, Field(ge=1, le=65535)]
KEPT = "are kept; to be confirmed by the office's archivist"
Days = Annotated[int, Field(ge=1)]
Rate = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Opening(str, Enum):
    """Whose hours count: the office's own, or those of a demonstration that is always open."""

    OFFICE = "office"
    ALWAYS = "always"


class Settings(BaseSettings):
    """All settings with their defaults; each is documented by its description."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", frozen=True, extra="ignore")

    data_dir: Path = Field(ROOT / ".data", description="folder for the database, models and demonstration mail")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder")
    secret_keys: SecretStr = Field(
        SecretStr(""),
        description="Fernet keys for personal data, newest first, separated by blanks; empty: one in the data folder",
    )
    redis_url: str = Field("", description="redis://host:port/0 for several web nodes; empty means one node")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    otel_endpoint: str = Field(
        "", description="OTLP/HTTP collector of traces, such as http://127.0.0.1:4318; empty: nothing is traced"
    )

    web_host: str = Field("127.0.0.1", description="address that the web role listens on")
    web_port: Port = Field(8000, description="port of the web role")
    drain_seconds: Annotated[int, Field(ge=0, le=300)] = Field(
        0, description="seconds that the web role serves on after it was told to end, for the proxy to learn of it"
    )
    public_url: str = Field("", description="address of the site as customers see it; empty means the web role's own")
    widget_origins: str = Field(
        "*", description="origins whose pages may embed the widget, separated by blanks; * means any"
    )
    secure_cookies: bool = Field(False, description="true behind HTTPS: cookies of the desk travel only there")
    trusted_proxies: str = Field("127.0.0.1", description="addresses of proxies whose X-Forwarded-For is believed")

    rasa_url: str = Field("http://127.0.0.1:5105", description="address of the Rasa role (loopback only)")
    rasa_token: SecretStr = Field(SecretStr(""), description="token that Rasa asks of its callers; empty means none")
    actions_url: str = Field("http://127.0.0.1:5155", description="address of the actions role (loopback only)")
    rasa_timeout: Annotated[float, Field(gt=0)] = Field(15.0, description="seconds to wait for the bot's reply")

    rate_messages: Rate = Field(60, description="most messages of one address a minute; 0 means no limit")
    rate_conversation_messages: Rate = Field(
        20, description="most messages of one conversation a minute; 0 means no limit"
    )
    rate_conversations: Rate = Field(60, description="most new conversations of one address an hour; 0 means no limit")
    rate_verifications: Rate = Field(
        20, description="most attempts of one address to confirm an identity an hour; 0 means no limit"
    )

    rate_sign_ins: Rate = Field(
        300, description="most attempts of one address to sign in at the desk an hour; 0 means no limit"
    )

    oidc_issuer: str = Field("", description="address of the operator's OIDC provider; empty means none")
    oidc_client_id: str = Field("", description="our name at the OIDC provider")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="our secret at the OIDC provider")
    oidc_scopes: str = Field("openid", description="what is asked of the OIDC provider, separated by blanks")
    oidc_claim: str = Field(
        "", description="claim of the ID token that holds the PUE identifier; empty: accounts are found by subject only"
    )
    oidc_label: str = Field("", description="what the widget's button for it says; empty means the issuer's host")

    staff_oidc_issuer: str = Field("", description="address of the OIDC provider for the staff; empty means none")
    staff_oidc_client_id: str = Field("", description="our name at the OIDC provider for the staff")
    staff_oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="our secret at the OIDC provider for the staff"
    )
    staff_oidc_scopes: str = Field(
        "openid", description="what is asked of the OIDC provider for the staff, separated by blanks"
    )
    staff_oidc_claim: str = Field(
        "", description="claim that holds the login, unique and unchangeable there; empty: administrators link accounts"
    )
    staff_oidc_label: str = Field(
        "", description="what the button of the sign-in page for it says; empty means the issuer's host"
    )
    staff_oidc_trusted: bool = Field(
        False, description="true when that provider asks for a second factor itself: ours is then not asked for"
    )

    imap_url: str = Field("", description="mailbox: imaps://user:password@host:993/INBOX; empty means the embedded one")
    smtp_url: str = Field(
        "", description="mail relay: smtp://host:25 or smtps://user:password@host; empty: embedded one"
    )
    imap_token: SecretStr = Field(
        SecretStr(""),
        description="access token of the mailbox (XOAUTH2), or file:/path or command:program, read at each sign-in; "
        "empty: the password counts",
    )
    mail_folders: str = Field(
        "", description="folders of the mailbox that are read, separated by commas; empty means that of IMAP_URL"
    )
    mail_after: str = Field(
        "seen", description="what is done with processed mails in the mailbox: seen, leave or move:Folder"
    )
    mail_lag_minutes: Annotated[int, Field(ge=1)] = Field(
        10, description="minutes without a look into the mailbox, or of a waiting mail, after which the desk warns"
    )
    blobs: str = Field(
        "database", description="where raw mails and attachments are kept: database, or the path of a folder"
    )
    dkim_key: str = Field("", description="file of the private key (PEM) that signs our mail with DKIM; empty: none")
    dkim_selector: str = Field("okienko", description="selector of the DKIM key in the DNS of the office's domain")
    imap_port: Port = Field(8143, description="port of the embedded IMAP server")
    smtp_port: Port = Field(8025, description="port of the embedded SMTP server")
    office_address: str = Field("cot@zus.pl", description="mail address of the office, the sender of all mail")
    mail_max_bytes: Annotated[int, Field(ge=10_000)] = Field(40_000_000, description="largest mail that is parsed")
    mail_parse_seconds: Annotated[int, Field(ge=0, le=600)] = Field(
        0, description="seconds for one mail, which is then parsed in a process of its own; 0: no such process"
    )
    mail_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        2,
        description="processes that read and understand a backlog of mails, 300 MB each; 1: the worker alone does",
    )
    mail_automatic_per_day: Annotated[int, Field(ge=1)] = Field(
        10, description="most automatic answers to one address a day"
    )
    mail_answer_confidence: Share = Field(
        0.95, description="confidence from which a general question by mail is answered without a person; 1: never"
    )
    mail_link_days: Annotated[int, Field(ge=1, le=90)] = Field(7, description="days for which links in letters work")
    mail_repeat_hours: Annotated[int, Field(ge=0, le=720)] = Field(
        24, description="hours within which the same mail of the same sender joins its first ticket; 0 means never"
    )
    mail_authserv_id: str = Field(
        "", description="name in the receiving server's Authentication-Results; empty: no results are believed"
    )
    mail_plus_addresses: bool = Field(
        False, description="true when the mail server delivers cot+anything@…: replies then carry a signed token"
    )

    sms_url: str = Field("", description="HTTP gateway of text messages; empty: they are kept in the data folder")
    sms_token: SecretStr = Field(SecretStr(""), description="bearer token of the gateway of text messages")
    visit_officials: Annotated[int, Field(ge=1, le=200)] = Field(
        2, description="officials of a branch who hold e-visits at the same time"
    )
    visit_meetings_url: str = Field(
        "", description="address of the video calls, before the secret of an e-visit; empty: the demonstration's page"
    )
    callbacks_per_hour: Annotated[int, Field(ge=1, le=10_000)] = Field(
        4, description="calls to customers that are promised in one hour"
    )

    embedding_model: str = Field("", description="folder of a sentence-transformers model that the search also uses")
    answer_confidence: Share = Field(0.75, description="confidence from which a topic is answered")
    redirect_confidence: Share = Field(0.25, description="confidence from which another institution is named")
    choice_confidence: Share = Field(0.3, description="confidence from which topics are offered for choice")
    message_max_chars: Annotated[int, Field(ge=100, le=20_000)] = Field(
        2_000, description="longest message of the chat"
    )
    opening: Opening = Field(Opening.OFFICE, description="office: its hours and Polish holidays; always: never closed")

    retention_anonymous_chats_days: Days = Field(90, description=f"days that chats without a known customer {KEPT}")
    retention_verified_chats_days: Days = Field(1825, description=f"days that chats of confirmed customers {KEPT}")
    retention_tickets_days: Days = Field(
        1825, description=f"days that closed tickets, with all that belongs to them, {KEPT}"
    )
    retention_appointments_days: Days = Field(365, description=f"days that past e-visits and callbacks {KEPT}")
    retention_audit_days: Days = Field(3650, description=f"days that audit entries {KEPT}")
    retention_raw_mail_days: Days = Field(365, description=f"days that mails as they arrived {KEPT}")
    retention_outbox_days: Days = Field(365, description=f"days that sent letters and text messages {KEPT}")
    retention_sealed_values_days: Days = Field(180, description=f"days that the originals of masked data {KEPT}")

    lint_source_months: Annotated[int, Field(ge=1)] = Field(
        24, description="months after which the newest source of an article is reported as old"
    )
    lint_fog: Annotated[float, Field(gt=0)] = Field(
        12.0, description="fog index above which an article is hard to read"
    )
    lint_sentence_words: Annotated[int, Field(ge=5)] = Field(
        35, description="words above which a sentence of an article is reported as long"
    )

    @field_validator("secret_keys")
    @classmethod
    def _usable_keys(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().split():
            try:
                Sealer(value.get_secret_value().split())
            except ValueError:
                raise ValueError("takes one to three Fernet keys (32 bytes in URL-safe base64)") from None
        return value

    @field_validator("sms_url", "visit_meetings_url", "otel_endpoint")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("takes an address that begins with http:// or https://")
        return value

    @field_validator("mail_after")
    @classmethod
    def _known_end(cls, value: str) -> str:
        read_after(value)
        return value

    @field_validator("blobs")
    @classmethod
    def _database_or_path(cls, value: str) -> str:
        if value != DATABASE and not Path(value).is_absolute():
            raise ValueError("takes database or an absolute path")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("takes DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="after")
    def _bands_in_order(self) -> "Settings":
        if self.choice_confidence > self.answer_confidence:
            raise ValueError("CHOICE_CONFIDENCE may not be above ANSWER_CONFIDENCE")
        return self

    @model_validator(mode="after")
    def _whole_registration(self) -> "Settings":
        for kind in ("oidc", "staff_oidc"):
            self._check_registration(kind)
        return self

    def _check_registration(self, kind: str) -> None:
        issuer: str = getattr(self, f"{kind}_issuer")
        if not issuer:
            return
        place, name = urlsplit(issuer), kind.upper()
        if place.scheme != "https" and place.hostname not in {"127.0.0.1", "localhost"}:
            raise ValueError(f"{name}_ISSUER takes an https address")
        secret: SecretStr = getattr(self, f"{kind}_client_secret")
        if not getattr(self, f"{kind}_client_id") or not secret.get_secret_value():
            raise ValueError(f"{name}_ISSUER needs {name}_CLIENT_ID and {name}_CLIENT_SECRET")
        if "openid" not in getattr(self, f"{kind}_scopes").split():
            raise ValueError(f"{name}_SCOPES needs the scope openid")

    @property
    def oidc_button(self) -> str | None:
        """What the widget's button for the operator's provider says; None without one."""
        return self.oidc_label or urlsplit(self.oidc_issuer).hostname if self.oidc_issuer else None

    @property
    def staff_oidc_button(self) -> str:
        """What the sign-in page's button for the staff's provider says."""
        return self.staff_oidc_label or urlsplit(self.staff_oidc_issuer).hostname or ""

    @property
    def database(self) -> str:
        """The database's URL, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'okienko.db'}"

    @property
    def web_url(self) -> str:
        """The web role's own address."""
        return f"http://{self.web_host}:{self.web_port}"

    @property
    def site(self) -> str:
        """The address customers see, without a slash at its end."""
        return (self.public_url or self.web_url).rstrip("/")

    @property
    def meetings(self) -> str:
        """The address of e-visits, with the demonstration's filled in."""
        return self.visit_meetings_url or f"{self.site}/e-wizyta"

    @property
    def mailbox(self) -> str:
        """The mailbox's URL, with the embedded server's filled in."""
        embedded = f"imap://{EMBEDDED_USER}:{EMBEDDED_PASSWORD}@127.0.0.1:{self.imap_port}/INBOX?tls=no"
        return self.imap_url or embedded

    @property
    def relay(self) -> str:
        """The mail relay's URL, with the embedded server's filled in."""
        return self.smtp_url or f"smtp://127.0.0.1:{self.smtp_port}"


def read_settings() -> Settings:
    """Return the settings; raises BadSetting that names the variable and what it takes."""
    try:
        return Settings()
    except ValidationError as problem:
        raise BadSetting("; ".join(_explain(error["loc"], error["msg"]) for error in problem.errors())) from None


def _explain(place: tuple[int | str, ...], message: str) -> str:
    name = f"{PREFIX}{str(place[0]).upper()}" if place else "settings"
    field = Settings.model_fields.get(str(place[0])) if place else None
    takes = f" ({field.description})" if field else ""
    return f"{name}: {message}{takes}"
