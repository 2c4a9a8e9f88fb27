"""The staff console under `/console/`: server-rendered pages that work without JavaScript.

`blueprint(desk)` gives its routes; a `Desk` is what they work with.
"""

from helpline.console.desk import Desk
from helpline.console.routes import blueprint

__all__ = ["Desk", "blueprint"]
