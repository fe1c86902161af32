"""`python -m sandbox`: the command line under another name."""

from sandbox.cli import main

if __name__ == "__main__":
    main(prog_name="python -m sandbox")
