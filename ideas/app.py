"""The application: each room opened in order."""

from pathlib import Path

from flask import Flask

from ideas.config import ROOT, Config


def create_app(config: Config | None = None) -> Flask:
    """Open the rooms in order and return the application; raises `BadSetting` when it cannot start safely."""
    from ideas import api, web
    from ideas.openid.providers import read_providers

    config = config or Config.from_environment()
    key, twice_proven = config.signing_key(), config.twice_proven_roles()
    app = open_database(config)
    app.config.update(SECRET_KEY=key, TWICE_PROVEN_ROLES=twice_proven, OPENID=read_providers(config.openid))
    web.open_web(app)
    api.open_api(app)
    return app


def open_database(config: Config | None = None) -> Flask:
    """Return an application that serves no page, for commands: it signs nothing, so that no secret is needed."""
    from ideas import store

    config = config or Config.from_environment()
    app = Flask("ideas", root_path=str(ROOT), template_folder="templates", static_folder=None)
    Path(config.var).mkdir(parents=True, exist_ok=True)
    app.config.update(IDEAS=config, SQLALCHEMY_DATABASE_URI=config.database)
    store.open_store(app)
    return app
