"""What editors and other validators make of a bundle: `make editors`."""
