"""The rules by which an incoming mail is judged, in the order in which they are asked."""

from collections.abc import Sequence

from mail_ingest.rules.abuse import Abuse
from mail_ingest.rules.automatic_reply import AutomaticReply
from mail_ingest.rules.bounce import Bounced
from mail_ingest.rules.customer import FromCustomer
from mail_ingest.rules.danger import Danger
from mail_ingest.rules.empty import Empty
from mail_ingest.rules.loop import Loop
from mail_ingest.rules.mailing_list import MailingList
from mail_ingest.rules.other_institution import OtherInstitution
from mail_ingest.rules.other_language import OtherLanguage
from mail_ingest.rules.own_mail import OwnMail
from mail_ingest.rules.repeated import Repeated
from mail_ingest.rules.rule import Arrival, Outcome, Rule, Verdict
from mail_ingest.rules.spam import Spam
from mail_ingest.rules.too_large import TooLarge
from mail_ingest.rules.too_many_answers import TooManyAnswers
from mail_ingest.rules.vacation import Vacation

__all__ = ["RULES", "Arrival", "Outcome", "Rule", "Verdict", "judge"]

RULES: Sequence[Rule] = (
    OwnMail(),  # first: a copy of our own mail must not be taken for anything else
    Bounced(),  # before automatic replies: it is one too, and says more
    Loop(),
    Vacation(),  # likewise
    AutomaticReply(),
    MailingList(),
    Danger(),  # before all that may keep a person's mail from being answered
    Spam(),
    Repeated(),
    Abuse(),
    TooManyAnswers(),  # before all that is answered
    TooLarge(),
    Empty(),
    OtherLanguage(),
    OtherInstitution(),
    FromCustomer(),  # always matches
)


def judge(arrival: Arrival) -> Verdict:
    """Return what the first rule that matches says about a mail.

    Asked before the mail was understood, the rules that need that do not match; the ones before them say then what
    they would say with it.
    """
    rule = next(rule for rule in RULES if rule.matches(arrival))
    return Verdict(rule.name, rule.outcome)
