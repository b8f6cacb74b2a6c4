"""`python -m tikcast` is the command line."""

from tikcast.cli import main

raise SystemExit(main())
