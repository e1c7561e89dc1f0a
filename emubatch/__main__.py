"""``python -m emubatch``."""

from emubatch.cli import main

if __name__ == "__main__":
    main()
