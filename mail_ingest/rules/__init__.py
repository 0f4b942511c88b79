"""The rules by which an incoming mail is judged, in the order in which they are asked."""

from collections.abc import Sequence

from mail_ingest.rules.automatic_reply import AutomaticReply
from mail_ingest.rules.bounce import Bounced
from mail_ingest.rules.customer import FromCustomer
from mail_ingest.rules.mailing_list import MailingList
from mail_ingest.rules.own_mail import OwnMail
from mail_ingest.rules.rule import Arrival, Outcome, Rule, Verdict
from mail_ingest.rules.too_many_answers import TooManyAnswers

__all__ = ["RULES", "Arrival", "Outcome", "Rule", "Verdict", "judge"]

RULES: Sequence[Rule] = (
    OwnMail(),  # first: a copy of our own mail must not be taken for anything else
    Bounced(),  # before automatic replies: it is one too, and says more
    AutomaticReply(),
    MailingList(),
    TooManyAnswers(),
    FromCustomer(),  # always matches
)


def judge(arrival: Arrival) -> Verdict:
    """Return what the first rule that matches says about a mail."""
    rule = next(rule for rule in RULES if rule.matches(arrival))
    return Verdict(rule.name, rule.outcome)
