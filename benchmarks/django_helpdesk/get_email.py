"""Runs django-helpdesk's own `process_email` over one mailbox; in its environment, with its own defaults.

Usage: `python get_email.py FOLDER HOST PORT USER PASSWORD`; prints one JSON line with seconds and tickets. Its
database is SQLite in the folder, its outgoing mail stays in memory.
"""

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings

folder, host, port, user, password = sys.argv[1:]
settings.configure(
    SECRET_KEY="benchmark",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder) / "helpdesk.db")}},
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.sites", "django.contrib.humanize", "django.contrib.staticfiles",
        "rest_framework", "helpdesk",
    ],
    SITE_ID=1,
    ROOT_URLCONF="__main__",
    USE_TZ=True,
    MEDIA_ROOT=str(Path(folder) / "media"),
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HELPDESK_TEAMS_MODE_ENABLED=False,
    LOGGING_CONFIG=None,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)  # fmt: skip
django.setup()

from django.core import mail, management  # noqa: E402  # Django's modules need its settings
from django.urls import include, path  # noqa: E402  # likewise
from helpdesk.email import process_email  # noqa: E402  # likewise
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402  # likewise

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
management.call_command("migrate", verbosity=0)
Queue.objects.create(
    title="COT", slug="cot", email_address="cot@zus.pl", allow_email_submission=True, email_box_type="imap",
    email_box_host=host, email_box_port=int(port), email_box_user=user, email_box_pass=password,
    email_box_imap_folder="INBOX", email_box_interval=0, logging_type="none",
)  # fmt: skip

mail.outbox = []
begun, worked = time.perf_counter(), time.process_time()
process_email(quiet=True)
took, work = time.perf_counter() - begun, time.process_time() - worked
found = {"tickets": Ticket.objects.count(), "messages": FollowUp.objects.count(), "letters": len(mail.outbox)}
print(json.dumps({"seconds": took, "processor": work, **found}))
