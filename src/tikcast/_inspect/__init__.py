"""Bytes split into all of their fields, for `tikcast inspect` and `tikcast.wire`. Pure."""
