"""A second judge of the rules, written from the contract of the API alone: slow, plain, and without the code of the package.

`runs` judges a request or a response, `captures` several responses of one run in order, and an exchange. Each rule is a function of its
name that yields the places where it is broken, as JSON Pointers.
"""
