"""`python -m pmexport`: the command line."""

from pmexport.cli import main

if __name__ == "__main__":
    main()
