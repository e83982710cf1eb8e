"""What leaves a public, dated line in the register: a new kind is a line here, and nothing else."""

from enum import StrEnum

from ideas.domain.errors import N_


class DecisionKind(StrEnum):
    """Every act that leaves a public, dated line."""

    PUBLISH = "publish"
    REFUSE = "refuse"
    HIDE = "hide"
    RESTORE = "restore"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"
    KEEP_TOGETHER = "keep_together"
    KEEP_APART = "keep_apart"
    MOVE = "move"
    PIN = "pin"
    LIFT = "lift"
    RENAME = "rename"
    CONFIRM = "confirm"
    CLOSE_CAMPAIGN = "close_campaign"
    PUBLISH_EDITION = "publish_edition"
    WITHDRAW = "withdraw"
    WITHDRAW_EDITION = "withdraw_edition"
    CORRECT = "correct"


DECISION_NAMES = {
    DecisionKind.PUBLISH: N_("Idée publiée"),
    DecisionKind.REFUSE: N_("Idée non publiée"),
    DecisionKind.HIDE: N_("Idée masquée"),
    DecisionKind.RESTORE: N_("Idée remise en ligne"),
    DecisionKind.MERGE: N_("Idée réunie à une autre"),
    DecisionKind.UNDO_MERGE: N_("Réunion annulée"),
    DecisionKind.KEEP_TOGETHER: N_("Idées gardées ensemble"),
    DecisionKind.KEEP_APART: N_("Idées gardées à part"),
    DecisionKind.MOVE: N_("Idée déplacée vers un autre regroupement"),
    DecisionKind.PIN: N_("Idée fixée dans son regroupement"),
    DecisionKind.LIFT: N_("Consigne levée"),
    DecisionKind.RENAME: N_("Regroupement renommé"),
    DecisionKind.CONFIRM: N_("Regroupement confirmé"),
    DecisionKind.CLOSE_CAMPAIGN: N_("Campagne close"),
    DecisionKind.PUBLISH_EDITION: N_("Édition publiée"),
    DecisionKind.WITHDRAW: N_("Idée retirée par son auteur"),
    DecisionKind.WITHDRAW_EDITION: N_("Édition retirée"),
    DecisionKind.CORRECT: N_("Idée corrigée d’après sa source"),
}
