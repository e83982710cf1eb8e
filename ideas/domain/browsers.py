"""Which browser somebody has, in the two words by which they know their devices again: nothing finer is kept."""

# The first that is found: each says it is also those below it.
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chromium", "Chromium"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def name_browser(user_agent: str) -> str:
    """Return the family of a browser and its system, nothing when it is none of those we know.

    >>> name_browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0")
    'Firefox, Windows'
    >>> name_browser(
    ...     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
    ... )
    'Chrome, Android'
    >>> name_browser("curl/8.1")
    ''
    """
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (FAMILIES, SYSTEMS)]
    return ", ".join(name for name in found if name)
