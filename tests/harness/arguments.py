"""Kinds of command line arguments, for argparse."""

import argparse


def some_of(known, what):
    """A list with commas, of names that `known` holds."""

    def parse(text):
        names = [name.strip() for name in text.split(",") if name.strip()]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"{name!r} is no {what}; expected some of {', '.join(known)}"
                )
        return names

    return parse


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)
