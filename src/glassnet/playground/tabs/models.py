"""The tab that opens models and traces: what is open, uploads, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.playground.open_models import OpenModels

if TYPE_CHECKING:
    from glassnet.playground.actions import Action
    from glassnet.playground.message import Message
    from glassnet.playground.sessions import Session


def list_models(session: Session, _: Message) -> dict[str, Any]:
    """Return what is open."""
    return {"models": session.room(OpenModels).list()}


ACTIONS: dict[str, Action] = {"list": list_models}
