"""`python -m validator` is the command `updaterun`."""

from .cli import main

if __name__ == "__main__":
    main(prog_name="updaterun")
