"""Results for sending outside: codes in place of names (``codes``), texts without private words
(``scrub``), the month and its manifest under codes (``cover``)."""
