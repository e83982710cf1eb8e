"""What leaves a public, dated line in the register: a new kind is a line here, and nothing else."""

from enum import StrEnum

from ideas.domain.errors import N_


class DecisionKind(StrEnum):
    """Every act that leaves a public, dated line."""

    PUBLISH = "publish"
    PUBLISH_UNREAD = "publish_unread"
    APPROVE = "approve"
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
    MARK_DISTINCT = "mark_distinct"
    SPLIT = "split"
    GATHER = "gather"
    JOIN = "join"
    DISSOLVE = "dissolve"
    TAKE_OUT = "take_out"
    ACCEPT_RUN = "accept_run"
    ACCEPT_SUBJECT = "accept_subject"
    DROP_RUN = "drop_run"
    UNDO = "undo"
    CLOSE_CAMPAIGN = "close_campaign"
    PUBLISH_EDITION = "publish_edition"
    WITHDRAW = "withdraw"
    WITHDRAW_EDITION = "withdraw_edition"
    CORRECT = "correct"
    ROUTE = "route"
    ASK = "ask"
    PUBLISH_REPLY = "publish_reply"
    REFUSE_REPLY = "refuse_reply"
    PUBLISH_USE = "publish_use"
    REFUSE_USE = "refuse_use"
    PUBLISH_EDIT = "publish_edit"
    REFUSE_EDIT = "refuse_edit"
    PUBLISH_COMMENT = "publish_comment"
    REFUSE_COMMENT = "refuse_comment"
    HIDE_COMMENT = "hide_comment"
    PROMISE = "promise"
    POSTPONE = "postpone"
    ANSWER = "answer"
    CORRECT_ANSWER = "correct_answer"
    WITHDRAW_ANSWER = "withdraw_answer"
    REOPEN = "reopen"
    FLAG_HIGH_VALUE = "flag_high_value"
    UNFLAG_HIGH_VALUE = "unflag_high_value"
    REDACT = "redact"
    SEAL_NOTE = "seal_note"
    CHANGE_DATES = "change_dates"
    REOPEN_CAMPAIGN = "reopen_campaign"
    IMPORT_HANDLING = "import_handling"
    CHANGE_GRAIN = "change_grain"
    REVIEW_BEFORE = "review_before"
    REVIEW_AFTER = "review_after"
    TAKE_COMMENTS = "take_comments"
    STOP_COMMENTS = "stop_comments"
    LABEL_WAVE = "label_wave"
    DRAW_SUBJECTS = "draw_subjects"


# They change where an idea stands before the public, and nothing of the subjects.
ABOUT_PUBLICATION = (
    DecisionKind.PUBLISH,
    DecisionKind.APPROVE,
    DecisionKind.REFUSE,
    DecisionKind.HIDE,
    DecisionKind.RESTORE,
)
# What a moderator does in the queue, and takes back there.
IN_QUEUE = (*ABOUT_PUBLICATION, DecisionKind.ASK, DecisionKind.REDACT)

DECISION_NAMES = {
    DecisionKind.PUBLISH: N_("Idée publiée"),
    DecisionKind.PUBLISH_UNREAD: N_("Idée mise en ligne avant relecture"),
    DecisionKind.APPROVE: N_("Idée relue et laissée en ligne"),
    DecisionKind.REFUSE: N_("Idée non publiée"),
    DecisionKind.HIDE: N_("Idée masquée"),
    DecisionKind.RESTORE: N_("Idée remise en ligne"),
    DecisionKind.MERGE: N_("Idée réunie à une autre"),
    DecisionKind.UNDO_MERGE: N_("Réunion annulée"),
    DecisionKind.KEEP_TOGETHER: N_("Idées gardées ensemble"),
    DecisionKind.KEEP_APART: N_("Idées gardées à part"),
    DecisionKind.MOVE: N_("Idées déplacées vers un sujet"),
    DecisionKind.PIN: N_("Idées fixées dans leur sujet"),
    DecisionKind.LIFT: N_("Consigne levée"),
    DecisionKind.RENAME: N_("Sujet renommé"),
    DecisionKind.CONFIRM: N_("Sujet confirmé"),
    DecisionKind.MARK_DISTINCT: N_("Idées jugées distinctes"),
    DecisionKind.SPLIT: N_("Sujet partagé"),
    DecisionKind.GATHER: N_("Sujet fait d’idées seules"),
    DecisionKind.JOIN: N_("Sujets réunis"),
    DecisionKind.DISSOLVE: N_("Sujet dissous"),
    DecisionKind.TAKE_OUT: N_("Idées laissées sans sujet"),
    DecisionKind.ACCEPT_RUN: N_("Proposition de la machine acceptée"),
    DecisionKind.ACCEPT_SUBJECT: N_("Sujet proposé par la machine accepté"),
    DecisionKind.DROP_RUN: N_("Proposition de la machine écartée"),
    DecisionKind.UNDO: N_("Décision annulée"),
    DecisionKind.CLOSE_CAMPAIGN: N_("Campagne close"),
    DecisionKind.PUBLISH_EDITION: N_("Édition publiée"),
    DecisionKind.WITHDRAW: N_("Idée retirée par son auteur"),
    DecisionKind.WITHDRAW_EDITION: N_("Édition retirée"),
    DecisionKind.CORRECT: N_("Idée corrigée d’après sa source"),
    DecisionKind.ROUTE: N_("Demande transmise"),
    DecisionKind.ASK: N_("Question posée à l’auteur"),
    DecisionKind.PUBLISH_REPLY: N_("Précision de l’auteur publiée"),
    DecisionKind.REFUSE_REPLY: N_("Précision de l’auteur non publiée"),
    DecisionKind.PUBLISH_USE: N_("Usage d’un soutien publié"),
    DecisionKind.REFUSE_USE: N_("Usage d’un soutien non publié"),
    DecisionKind.PUBLISH_EDIT: N_("Modification de l’auteur publiée"),
    DecisionKind.REFUSE_EDIT: N_("Modification de l’auteur non publiée"),
    DecisionKind.PUBLISH_COMMENT: N_("Commentaire publié"),
    DecisionKind.REFUSE_COMMENT: N_("Commentaire non publié"),
    DecisionKind.HIDE_COMMENT: N_("Commentaire retiré"),
    DecisionKind.PROMISE: N_("Date promise"),
    DecisionKind.POSTPONE: N_("Demande reportée"),
    DecisionKind.ANSWER: N_("Réponse officielle publiée"),
    DecisionKind.CORRECT_ANSWER: N_("Réponse officielle corrigée"),
    DecisionKind.WITHDRAW_ANSWER: N_("Réponse officielle retirée"),
    DecisionKind.REDACT: N_("Passage retiré"),
    DecisionKind.REOPEN: N_("Demande rouverte"),
    DecisionKind.FLAG_HIGH_VALUE: N_("Données de forte valeur signalées"),
    DecisionKind.UNFLAG_HIGH_VALUE: N_("Signalement de forte valeur retiré"),
    DecisionKind.SEAL_NOTE: N_("Texte d’une décision retiré"),
    DecisionKind.CHANGE_DATES: N_("Dates de la campagne changées"),
    DecisionKind.REOPEN_CAMPAIGN: N_("Campagne rouverte"),
    DecisionKind.IMPORT_HANDLING: N_("Traitement repris d’un fichier"),
    DecisionKind.CHANGE_GRAIN: N_("Finesse des sujets changée"),
    DecisionKind.REVIEW_BEFORE: N_("Idées relues avant de paraître, désormais"),
    DecisionKind.REVIEW_AFTER: N_("Idées relues après avoir paru, désormais"),
    DecisionKind.TAKE_COMMENTS: N_("Idées ouvertes aux commentaires"),
    DecisionKind.STOP_COMMENTS: N_("Idées fermées aux commentaires"),
    DecisionKind.LABEL_WAVE: N_("Vague d’idées relue"),
    DecisionKind.DRAW_SUBJECTS: N_("Sujets tirés au sort pour une seconde lecture"),
}
