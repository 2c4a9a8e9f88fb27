"""HTTP in, TwiML out: webhooks of the carrier, and what machines ask. Nothing is decided here."""
