"""A simulated service: update runs that are taken step by step through their lives, and the bodies of responses about them."""
