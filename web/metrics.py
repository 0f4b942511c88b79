"""What is counted and measured, for Prometheus at `/metrics`; labels never name a person or a text."""

from prometheus_client import Counter, Gauge, Histogram

CONVERSATIONS = Counter("okienko_conversations", "Conversations started in the chat")
MESSAGES = Counter("okienko_messages", "Messages of the chat by author", ["author"])
REPLIES = Counter("okienko_replies", "Replies of the bot by kind", ["kind"])
HANDOVERS = Counter("okienko_handovers", "Conversations that began to wait for a person, by queue", ["queue"])
OFFERS = Counter("okienko_chat_offers", "Offers of waiting chats to consultants by what became of them", ["outcome"])
WAITING = Gauge("okienko_chats_waiting", "Conversations that wait for a person now, by queue", ["queue"])
VERIFICATIONS = Counter("okienko_verifications", "Confirmations of identity by result", ["result"])
RATE_LIMITED = Counter("okienko_rate_limited", "Requests refused because there were too many, by kind", ["kind"])
WITHOUT_RASA = Counter("okienko_without_rasa", "Messages answered from the knowledge because Rasa could not be reached")
TURN_SECONDS = Histogram(
    "okienko_turn_seconds",
    "Time from a customer's message to the stored reply",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
)
BOT_FAILURES = Counter("okienko_bot_failures", "Messages that the bot gave no sensible reply to in time")
RESPONSES = Counter("okienko_http_responses", "Responses of the web role by class of status", ["status"])
for _status in ("2xx", "3xx", "4xx", "5xx"):
    RESPONSES.labels(_status)  # a rate is known from the start, not from the first failure on
