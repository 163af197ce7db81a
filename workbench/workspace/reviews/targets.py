"""How people name what is reviewed: a run, or a queue of one."""

from __future__ import annotations

from workbench.domain.review_queue import ReviewQueue
from workbench.errors import NotFoundError
from workbench.store import review_queues
from workbench.store.session import Session
from workbench.workspace.runs.names import find_run


def find_target(session: Session, text: str) -> tuple[str, ReviewQueue | None]:
    """A run by its id, the beginning of it or `latest`; or a queue, with its run. Raises NotFoundError."""
    try:
        return find_run(session, text), None
    except NotFoundError:
        if not any(queue.id.startswith(text) for queue in review_queues.all_queues(session)):
            raise
    queue = review_queues.queue(session, text)
    return queue.run, queue
