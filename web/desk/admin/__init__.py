"""The administration: staff, queues, limits, retention and the audit; for administrators only."""

from fastapi import APIRouter

from web.desk.admin import audit, limits, people, retention

router = APIRouter()
for _own in (people, limits, retention, audit):
    router.include_router(_own.router)
