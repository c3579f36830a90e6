"""What `make bench` measures: whole processes, side by side in one run, as ratios. The suite asserts none of it."""
