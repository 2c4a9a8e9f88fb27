"""Helpline: an SMS and voice line for people who bleed or pass clots in pregnancy, or after it."""
