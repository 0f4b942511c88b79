"""The closed sets by which the office sorts its work: queues of consultants and profiles of customers."""

from enum import Enum


class Queue(str, Enum):
    """A queue of specialised consultants, as the office's telephone menu has them."""

    PENSIONS = "emerytury_renty"
    BENEFITS = "zasilki"
    FAMILY = "swiadczenia_rodzinne"
    INSURED = "ubezpieczeni"
    PAYERS = "platnicy"
    TECHNICAL = "pomoc_techniczna"
    INTERNATIONAL = "miedzynarodowe"
    GENERAL = "ogolne"


class Profile(str, Enum):
    """A group of customers; it orders what is shown first and restricts nothing."""

    GENERAL = "ogolny"
    PAYER = "platnik"
    INSURED = "ubezpieczony"
    BENEFICIARY = "swiadczeniobiorca"
    DOCTOR = "lekarz"
    EUROPEAN = "ue"
