"""The rules of the product: facts in, answers or refusals out. Standard library only."""
