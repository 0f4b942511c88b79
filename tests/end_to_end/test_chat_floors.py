"""The floors of the repository: which queue and whose account the whole chat thinks of, on questions never learned."""

from knowledge.question_sets import INQUIRIES
from okienko.asking import house_client
from okienko.evaluation.asking import ask_chat
from okienko.evaluation.figures import figures
from okienko.evaluation.runs import broken_floors
from tests.end_to_end.conftest import Site


def test_chat_keeps_its_floors_on_the_inquiries(running_site: Site) -> None:
    if running_site.settings.database_url.startswith("postgresql"):
        # Understanding does not depend on the database; asking once is enough.
        return

    with house_client(running_site.settings, running_site.url) as client:
        asked = list(ask_chat(client, [INQUIRIES]))

    assert broken_floors(figures(asked), "chat") == []
