"""Those who work without being asked: the ticker that sees what is due, and the RQ workers that do it.

The queue carries wake-ups, never facts: `Queues.wake` names people, `jobs` look at them through the service,
and `ticker` rebuilds whatever the queue has lost. `process.run` supervises all four processes of one worker.
"""

from helpline.workers.process import Crew, main, run
from helpline.workers.queues import Queues

__all__ = ["Crew", "Queues", "main", "run"]
