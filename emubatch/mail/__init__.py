"""Letters in and out: parsing, the register of what came, the sessions with servers, drafts."""
