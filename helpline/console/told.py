"""One sentence about what a form did, shown on the page that follows it.

The address carries a key, never the sentence: so nobody can put words into our pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, and whether all went well."""

    words: str
    well: bool = True


_SAID = {
    "taken": Told("The case is yours."),
    "still": Told("Noted: you are on it."),
    "handed": Told("Handed over. They are being paged by name."),
    "back": Told("Handed back. Whoever is on call is being paged."),
    "written": Told("Sent to her."),
    "calling": Told("She is being called. Your phone rings when she says yes: press 1."),
    "no-call": Told("She cannot be called now: her phone is not safe, withheld or in a call.", well=False),
    "done": Told("The case is closed."),
    "deleted": Told("The message is deleted at the carrier, or will be within the minute."),
    "message-gone": Told("That message is gone.", well=False),
    "gone": Told("There is no such case any more.", well=False),
    "closed-already": Told("The case was closed already.", well=False),
    "someone-else": Told("Someone else has this case.", well=False),
    "late": Told("It has changed meanwhile: please look again.", well=False),
    "empty": Told("Nothing was sent: write one to 480 characters.", well=False),
    "colleague": Told("Choose a colleague who can be paged, trained where the case asks for it.", well=False),
    "outcome": Told("Choose how it ended.", well=False),
    "unreachable": Told("Nothing was sent: she cannot be written to now.", well=False),
    "old-link": Told("That link is too old, or was not yours. Here is the list.", well=False),
    "again": Told("It is sent again."),
    "left": Told("Left as it is."),
    "on": Told("On call from now on."),
    "off": Told("Off call from now on."),
    "tested": Told("Test pages are on their way. Who answers is shown below."),
    "order": Told("The order is changed."),
    "shifts": Told("Shifts say who is on call: their order is in the rota file.", well=False),
    "added": Told("Added to the staff, and on call unless a rota says otherwise."),
    "removed": Told("Removed from the staff, the rota and the console."),
    "not-added": Told("Not added.", well=False),
    "nobody": Told("There is nobody like that on the staff.", well=False),
    "wrong-password": Told("That is not your present password, or it was tried too often.", well=False),
    "short-password": Told("A new password has 12 characters or more.", well=False),
    "same-password": Told("Choose a password that is neither the old one nor your name.", well=False),
    "different-passwords": Told("The two new passwords differ.", well=False),
    "wrong-code": Told("Those six digits do not fit: is the clock of your phone right?", well=False),
    "second-factor-on": Told("From now on the login asks for six digits."),
    "second-factor-needed": Told("Here a second factor is needed, so it stays on.", well=False),
    "second-factor-off": Told("The login asks for the password only."),
}


def said() -> Told | None:
    """Return what the form before this page did."""
    return _SAID.get(request.args.get("said", ""))
