"""`python -m companion`: the companion's commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from companion.commands.command import Parser
from companion.commands.registry import COMMANDS
from companion.ground.errors import CompanionError, UsageError
from companion.ground.processes import StopRequested

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Return a command's exit status; with a message on stderr, 2 for wrong input, 1 for a failure, 130 if interrupted."""
    try:
        options = _options(sys.argv[1:] if arguments is None else arguments)
        status: int = options.run(options)
    except CompanionError as problem:
        print(f"companion: {problem}", file=sys.stderr)
        return problem.exit_status
    except OSError as problem:
        # With a file's name it is the outside: no such folder, read-only, full. Without one it is a defect.
        if problem.filename is None:
            raise
        print(f"companion: {problem.filename}: {problem.strerror}", file=sys.stderr)
        return CompanionError.exit_status
    except (StopRequested, KeyboardInterrupt):
        print("companion: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return status


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """Our own options; what follows ``--`` goes into freqtrade_arguments. Raises UsageError."""
    own, passed_on = list(arguments), []
    if "--" in own:
        end = own.index("--")
        own, passed_on = own[:end], own[end + 1 :]
    # The first word is the command: no option may come before it.
    options = _parser(own[0] if own else None).parse_args(own)
    if passed_on and not options.passes_on:
        raise UsageError(f"{' '.join(passed_on)}: this command passes nothing on to freqtrade")
    options.freqtrade_arguments = passed_on
    return options


def _parser(asked: str | None) -> Parser:
    """The parser, with the options of the command ``asked`` for."""
    parser = Parser(
        prog="python -m companion", description="The companion of HHQStrategy.", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for name, entry in COMMANDS.items():
        subparser = subparsers.add_parser(
            name, help=entry.summary, description=entry.summary, allow_abbrev=False
        )
        if name == asked:
            command = entry.load()
            command.add_options(subparser)
            subparser.set_defaults(run=command.run, passes_on=command.passes_on)
    return parser


if __name__ == "__main__":
    sys.exit(main())
