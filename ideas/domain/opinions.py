"""Whether answers are found useful: from how many opinions a share is public, and how finely."""

# Those who support an idea may know each other: of two or three opinions, whoever gave one could tell the others', and
# a body could tell who is displeased. From ten on a share says how a body answers, not who said what; it is rounded, so
# that most opinions that come after move nothing that is shown, and how many they are is said by tens.
FEWEST, STEP, TEN = 10, 5, 10


def find_share(useful_count: int, count: int) -> int | None:
    """Return the share of opinions that say "useful", in percent by steps of five; None while they are too few.

    >>> [find_share(8, 9), find_share(10, 10), find_share(7, 11), find_share(2, 24)]
    [None, 100, 65, 10]
    """
    return None if count < FEWEST else STEP * ((200 * useful_count + STEP * count) // (2 * STEP * count))


def tell_count(count: int) -> int:
    """Return from how many opinions a share is said to come: whole tens.

    >>> [tell_count(10), tell_count(29)]
    [10, 20]
    """
    return count - count % TEN
