"""Everything that `make proto` makes out of `proto/tikcast/*.proto`."""
