"""Bytes taken apart down to the last field, for `tikcast inspect` and `tikcast.wire`. Pure."""
