"""Which texts belong together: one tree of average link, cut where requests and subjects are."""
