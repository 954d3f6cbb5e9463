"""A simulated Trello's objects in the shape of its answers."""

from __future__ import annotations

from secondline_tui.demo.simulator import rfc3339
from secondline_tui.demo.trello.board import (
    MADE,
    Action,
    Attachment,
    Board,
    BoardLabel,
    BoardList,
    Card,
    Checklist,
    Member,
)


def told_board(board: Board) -> dict[str, object]:
    """The board as Trello tells it."""
    return {
        "id": board.id,
        "name": board.name,
        "desc": "",
        "closed": board.closed,
        "idOrganization": None,
        "pinned": False,
        "shortLink": board.short_link,
        "shortUrl": f"https://trello.com/b/{board.short_link}",
        "url": f"https://trello.com/b/{board.short_link}/board",
        "starred": False,
        "subscribed": False,
        "prefs": {"permissionLevel": board.audience, "comments": "members", "voting": "disabled", "selfJoin": True},
    }


def told_member(member: Member) -> dict[str, object]:
    """A member as Trello tells it."""
    return {
        "id": member.id,
        "username": member.username,
        "fullName": member.full_name,
        "initials": "".join(word[0] for word in member.full_name.split()).upper(),
        "avatarUrl": f"https://avatars.example.org/{member.id}",
        "avatarHash": member.id,
        "activityBlocked": False,
        "memberType": "normal",
        "confirmed": True,
        "url": f"https://trello.com/{member.username}",
    }


def told_list(one: BoardList, board: Board) -> dict[str, object]:
    """A list as Trello tells it."""
    return {
        "id": one.id,
        "name": one.name,
        "closed": one.closed,
        "pos": one.pos,
        "idBoard": board.id,
        "subscribed": False,
        "softLimit": None,
    }


def told_card(card: Card, board: Board) -> dict[str, object]:
    """A card as Trello tells it."""
    comments = len(board.comments_on(card.id))
    items = [item for checklist in card.checklists for item in checklist.items]
    slug = "-".join("".join(c if c.isalnum() else " " for c in card.name.lower()).split()) or "card"
    return {
        "id": card.id,
        "idShort": card.number,
        "shortLink": card.short_link,
        "shortUrl": f"https://trello.com/c/{card.short_link}",
        "url": f"https://trello.com/c/{card.short_link}/{card.number}-{slug}",
        "name": card.name,
        "desc": card.desc,
        "descData": {"emoji": {}},
        "closed": card.closed,
        "idBoard": board.id,
        "idList": card.list_id,
        "pos": card.pos,
        "due": card.due,
        "dueComplete": card.due_complete,
        "start": None,
        "dateLastActivity": rfc3339(card.at, millis=True),
        "idMembers": list(card.members),
        "idLabels": [label.id for label in card.labels],
        "labels": [told_label(label, board) for label in card.labels],
        "idChecklists": [checklist.id for checklist in card.checklists],
        "idAttachmentCover": None,
        "subscribed": False,
        "cover": {"color": None, "size": "normal", "brightness": "light", "idAttachment": None},
        "badges": {
            "comments": comments,
            "attachments": len(card.attachments),
            "checkItems": len(items),
            "checkItemsChecked": sum(item.done for item in items),
            "description": bool(card.desc),
            "due": card.due,
            "dueComplete": card.due_complete,
            "votes": 0,
            "location": False,
            "subscribed": False,
            "viewingMemberVoted": False,
            "fogbugz": "",
        },
    }


def told_label(label: BoardLabel, board: Board) -> dict[str, object]:
    """A label as Trello tells it."""
    return {"id": label.id, "idBoard": board.id, "name": label.name, "color": label.color}


def told_action(action: Action, board: Board, now: float) -> dict[str, object]:
    """A comment or a change as Trello tells it. The account of its author may be gone."""
    author = action.author
    creator = told_member(author) if author else None
    return {
        "id": action.id,
        "idMemberCreator": author.id if author else "0" * 24,
        "type": {"": "commentCard", MADE: "createCard"}.get(action.changed, "updateCard"),
        "date": rfc3339(action.at, millis=True),
        "data": _done(action, board, now),
        "limits": {"reactions": {"perAction": {"status": "ok", "disableAt": 900, "warnAt": 720}}},
        **({"memberCreator": creator} if creator else {}),
    }


CALLED = {"list_id": "idList", "closed": "closed", "due_complete": "dueComplete"}
"""What Trello calls the attributes whose changes are actions."""


def _done(action: Action, board: Board, now: float) -> dict[str, object]:
    """What an action was about."""
    card = board.cards[action.card]
    about: dict[str, object] = {
        "id": card.id,
        "name": card.name,
        "idShort": card.number,
        "shortLink": card.short_link,
    }
    here = _named(board.lists[card.list_id])
    told: dict[str, object] = {
        "card": about,
        "board": {"id": board.id, "name": board.name, "shortLink": board.short_link},
    }
    if not action.changed:
        return {**told, "text": action.shown_text(now), "list": here}
    if action.changed == MADE:
        return {**told, "list": here}
    name = CALLED[action.changed]
    about[name] = action.after
    told["old"] = {name: action.before}
    if name != "idList":
        return {**told, "list": here}
    before, after = board.lists[str(action.before)], board.lists[str(action.after)]
    return {**told, "listBefore": _named(before), "listAfter": _named(after)}


def _named(one: BoardList) -> dict[str, object]:
    return {"id": one.id, "name": one.name}


def told_checklist(checklist: Checklist, card: Card, board: Board) -> dict[str, object]:
    """A checklist as Trello tells it."""
    items = [
        {
            "id": item.id,
            "idChecklist": checklist.id,
            "name": item.name,
            "nameData": None,
            "pos": item.pos,
            "state": "complete" if item.done else "incomplete",
            "due": None,
            "idMember": None,
        }
        for item in checklist.items
    ]
    told = {"id": checklist.id, "idBoard": board.id, "idCard": card.id, "name": checklist.name, "pos": checklist.pos}
    return {**told, "checkItems": items}


def told_attachment(attachment: Attachment) -> dict[str, object]:
    """An attachment as Trello tells it."""
    return {
        "id": attachment.id,
        "name": attachment.name,
        "url": attachment.url,
        "bytes": attachment.size,
        "date": rfc3339(attachment.at, millis=True),
        "edgeColor": None,
        "idMember": attachment.member.id,
        "isUpload": attachment.size is not None,
        "mimeType": attachment.mime_type,
        "previews": [],
        "pos": 16_384,
    }
