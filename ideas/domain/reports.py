"""What is wrong with an idea on line, said by whoever reads it: a closed list, and a few words if they wish."""

from enum import StrEnum

from ideas.domain.errors import N_

NOTE_LENGTH = 300


class ReportReason(StrEnum):
    """Why somebody says that an idea should be looked at again."""

    PERSONAL = "personal"
    OFFENSIVE = "offensive"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"


REPORT_REASONS = {
    ReportReason.PERSONAL: N_("Elle nomme quelqu’un, ou donne ses coordonnées"),
    ReportReason.OFFENSIVE: N_("Elle injurie, menace ou discrimine"),
    ReportReason.UNLAWFUL: N_("Elle est contraire à la loi pour une autre raison"),
    ReportReason.ADVERTISING: N_("C’est de la publicité"),
    ReportReason.OFF_TOPIC: N_("Elle ne demande aucune donnée publique"),
}
