"""A freeze of what is found today: thousands of inputs, what the command and the API make of them, and a comparison of two recordings."""
