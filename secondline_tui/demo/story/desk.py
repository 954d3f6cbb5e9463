"""The tickets and the cards before the morning begins."""

from __future__ import annotations

from secondline_tui.demo.story.cast import MANAGER, ME, NIGHT_PRIMARY, SECONDARY, STAND_IN, TEAM, email
from secondline_tui.demo.trello.service import ONGOING, Trello
from secondline_tui.demo.zendesk.service import Zendesk

HOUR, DAY = 3_600.0, 86_400.0
GROUP = "2nd Line--GOV.UK Alerts and Issues"
FAULT = ("govt_form", "technical_fault")


def furnish_tickets(zendesk: Zendesk) -> None:
    """A queue as it is on a Wednesday: a few to work on, some to triage, some waiting for others."""
    _office(zendesk)
    _broken_uploads(zendesk)
    _this_week(zendesk)
    _waiting(zendesk)
    _in_no_hurry(zendesk)


def _office(zendesk: Zendesk) -> None:
    """Colleagues, groups, and what they have set up."""
    for name in TEAM:
        if name != ME:
            zendesk.add_user(name, email=email(name), role="agent")
    for group in (GROUP, "3rd Line--GOV.UK Product Requests", "2nd Line--User Support Escalation"):
        zendesk.add_group(group)
    zendesk.agent.default_group_id = next(iter(zendesk.groups))
    zendesk.add_macro(
        "GOV.UK 2nd line tech: pending for 5+ days",
        status="solved",
        comment_value="We have not heard from you for five days, so we are closing this ticket.",
        comment_mode_is_public="true",
    )
    zendesk.add_view("2nd Line - GOV.UK Alerts and Issues", f'group:"{GROUP}" status<solved')
    zendesk.page_size = 6


def _broken_uploads(zendesk: Zendesk) -> None:
    """The one that is talked about: older than a day, and somebody has it."""
    uploads = zendesk.add_ticket(
        "Attachment uploads failing",
        "Grace Adeyemi",
        'Uploading a PDF to any publication ends in "something went wrong" since yesterday afternoon.',
        priority="high",
        status="open",
        group=GROUP,
        assignee=STAND_IN,
        tags=(*FAULT, "fault_with_whitehall"),
        ago=27 * HOUR,
        breach_in=6 * HOUR,
    )
    zendesk.comment(
        uploads.id,
        STAND_IN,
        "Virus scanner was out of memory on asset_master; watching it.",
        public=False,
        ago=20 * HOUR,
    )
    zendesk.comment(uploads.id, STAND_IN, "Thank you for telling us. We are looking into it.", ago=25 * HOUR)


def _this_week(zendesk: Zendesk) -> None:
    """To work on, and to triage."""
    ticket = zendesk.add_ticket
    ticket(
        "Document not live on GOV.UK",
        "Tomasz Wiśniewski",
        priority="high",
        status="open",
        group=GROUP,
        tags=FAULT,
        ago=9 * HOUR,
        breach_in=31 * HOUR,
    )
    ticket(
        "Technical fault with Specialist Publisher",
        "Henrik Sørensen",
        priority="normal",
        status="new",
        group=GROUP,
        tags=(*FAULT, "fault_with_specialist_publisher"),
        ago=3 * HOUR,
        breach_in=40 * HOUR,
    )
    ticket("Named contact", "Lwazi Mthembu", status="new", group=GROUP, tags=("public_form",), ago=2 * HOUR)
    ticket(
        "/government/organisations/example-agency",
        "Olivia Penhaligon",
        status="new",
        group=GROUP,
        tags=("report_a_problem", "anonymous_feedback"),
        ago=1.5 * HOUR,
    )
    ticket(
        "Postcode returns the wrong council",
        "Noor Haddad",
        priority="normal",
        status="open",
        group=GROUP,
        ago=22 * HOUR,
    )
    ticket(
        "Reset 2FA for a Signon user",
        "Rafael Quintanilha",
        priority="normal",
        status="new",
        group=GROUP,
        tags=FAULT,
        ago=0.7 * HOUR,
    )


def _waiting(zendesk: Zendesk) -> None:
    """For others to answer."""
    zendesk.add_ticket(
        "Delegate something.service.gov.uk to new nameservers",
        "Ines Kowalczyk",
        priority="high",
        status="pending",
        group=GROUP,
        assignee=SECONDARY,
        ago=8 * DAY,
    )
    waiting = zendesk.add_ticket(
        "CKAN: harvest job stuck for an agency",
        "Grace Adeyemi",
        priority="normal",
        status="pending",
        group=GROUP,
        assignee=NIGHT_PRIMARY,
        ago=11 * DAY,
    )
    zendesk.comment(waiting.id, NIGHT_PRIMARY, "Could you send us the harvest source's address?", ago=6 * DAY)


def _in_no_hurry(zendesk: Zendesk) -> None:
    """With time left, low, on hold and done."""
    ticket = zendesk.add_ticket
    ticket(
        "HMRC PAYE: upload new Basic PAYE Tools files",
        "Ruairí Macleod",
        priority="normal",
        status="open",
        group=GROUP,
        due_in=2 * DAY,
        kind="task",
        ago=30 * HOUR,
    )
    ticket(
        "Change slug and redirect for a policy area",
        "Henrik Sørensen",
        priority="low",
        status="open",
        group=GROUP,
        ago=15 * DAY,
    )
    ticket("Leaver: check GOV.UK access", MANAGER, priority="low", status="hold", group=GROUP, ago=4 * DAY)
    ticket(
        "Remove change note sent in error",
        "Tomasz Wiśniewski",
        priority="normal",
        status="solved",
        group=GROUP,
        ago=5 * DAY,
    )


def furnish_cards(trello: Trello) -> None:
    """The board: what is known, and what is to do."""
    for name in TEAM:
        if name != ME:
            trello.add_member(email(name).partition("@")[0].replace(".", "_"), name)
    for title in (ONGOING, "Alerts which don't add value", "Missing documentation", "To do", "Done"):
        trello.add_list(title)
    trello.add_card(ONGOING, "README", "What belongs in this list, and what does not.", ago=400 * DAY)
    stuck = trello.add_card(
        ONGOING,
        "Whitehall: overdue publications after the data sync",
        "The scheduler's queue is empty when the sync ends late.\n\nalert: overdue publications in Whitehall\n\n"
        "Workaround: rake publishing:overdue:publish on whitehall_backend.",
        labels=("Whitehall",),
        ago=19 * DAY,
    )
    trello.comment(stuck, "mehmet_celik", "Seen again last night, 3 editions.", ago=9 * HOUR)
    trello.comment(stuck, "bo_lindqvist", "Seen twice this week.", ago=6 * DAY)
    spikes = trello.add_card(
        ONGOING,
        "Whitehall 5xx spikes at 09:00 after data sync",
        "Clears by itself within ten minutes.\n\nalert: 5xx rate for www-origin",
        labels=("Whitehall",),
        ago=25 * DAY,
    )
    trello.comment(spikes, "cy_okonkwo-reyes", "Did not see it this shift.", ago=2 * DAY)
    amazon = trello.add_card(
        ONGOING,
        "AmazonMQ unprocessed messages every Tuesday",
        "Linked to the weekly reindex.\n\n"
        "alert: Check that messages are being processed in rabbitmq queue email_alert_service",
        ago=48 * DAY,
    )
    trello.comment(amazon, "imogen_thackeray", "Not seen.", ago=34 * DAY)
    trello.add_card(
        ONGOING,
        "False alarms: travel advice email check when title edited",
        "See the RFC on email checks.",
        labels=("Email", "False alarm"),
        ago=12 * DAY,
    )
    trello.add_card(
        ONGOING,
        "Attachment uploads fail when the virus scanner runs out of memory",
        "Ticket 4698. Restart clamav on asset_master.",
        members=("bo_lindqvist",),
        labels=("Assets",),
        ago=1 * DAY,
    )
    trello.add_card(ONGOING, "Licensify connection to Civica still goes via UK Cloud and VPN", ago=70 * DAY)
    trello.add_card(
        "Alerts which don't add value",
        "This column is to record the same alerts coming up again and again",
        ago=300 * DAY,
    )
    trello.add_card("Alerts which don't add value", "SignonApiUserTokenExpirySoon fires a fortnight early", ago=8 * DAY)
    trello.add_card(
        "Missing documentation", "Please use this column to record any missing documentation you notice", ago=300 * DAY
    )
    trello.add_card("To do", "Leaver (tech role)", due_in=3 * DAY, ago=5 * DAY)
    trello.add_card("Done", "Production Admin access for 2nd line", ago=10 * DAY)
