"""Every page at every size, in every state of the world: what can be read from across the room is true."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from secondline_tui.config.models import Config
from secondline_tui.ui.wallboard.frame import PAGES
from tests.ui.wall import GRACE, SOURCES, STARTER, Wall, wall
from tests.ui.wallboard.reading import figures

SIZES = ((80, 24), (120, 40), (300, 100), (60, 100))
FIGURES: dict[str, dict[str, str]] = {
    "overview": {"CRITICAL": "4", "WARNING": "12", "UNKNOWN": "1", "PAGES": "1", "TICKETS": "3", "ISSUES": "2"},
    "alerts": {"PRODUCTION critical": "3", "PRODUCTION warning": "11", "PRODUCTION unknown": "0"},
    "pages": {},
    "tickets": {"HIGH": "1", "TO TRIAGE": "1", "LOW": "1", "OLDEST": "3D"},
    "issues": {"ONGOING ISSUES": "2", "CHANGED TODAY": "0", "OVER 14 DAYS OLD": "1"},
    "today": {},
}
FROM_ICINGA = {"CRITICAL": "1+?", "WARNING": "1+?", "UNKNOWN": "?"}
PROD = {"PRODUCTION critical": "?", "PRODUCTION warning": "?", "PRODUCTION unknown": "?"}


def titles(page: str, size: tuple[int, int]) -> dict[str, str]:
    """The figures of a page, under the names that they have at that size."""
    return {_brief(title, size): told for title, told in FIGURES[page].items()}


def _brief(title: str, size: tuple[int, int]) -> str:
    return title.replace("PRODUCTION", "PROD") if size[0] < 90 else title


async def every_page(found: Wall) -> dict[str, str]:
    shown = {page: await found.show(page) for page in PAGES}
    for page, text in shown.items():
        assert text.count("\n") + 1 == found.app.size.height, page
        assert max(map(cell_len, text.splitlines())) <= found.app.size.width, page
        for secret in (GRACE, "Grace", STARTER, "Siobhan", "Attachment"):
            assert secret not in text, f"{page} tells who asks, or what about"
    return shown


def read(page: str, text: str, size: Sequence[int], told: dict[str, str]) -> None:
    assert figures(text, list(told)) == told, f"{page} {size}\n{text}"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_fresh(size: tuple[int, int]) -> None:
    async with wall(size=size) as found:
        for page, text in (await every_page(found)).items():
            assert "believe this screen: 7 of 7" in text, page
            read(page, text, size, titles(page, size))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_one_source_failing(size: tuple[int, int]) -> None:
    async with wall(size=size) as found:
        await found.wait(20)
        await found.fail("icinga")
        for page, text in (await every_page(found)).items():
            assert "believe all but icinga" in text, page
            expected = titles(page, size)
            doubted = {_brief(title, size): told for title, told in {**FROM_ICINGA, **PROD}.items()}
            told = {title: doubted.get(title, figure) for title, figure in expected.items()}
            seen = figures(text, list(told))
            for title, figure in told.items():
                # Where it is narrow the "+" is left out; the question mark never is.
                assert seen[title] in (figure, figure.replace("+", "")), f"{page} {size} {title}\n{text}"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_all_sources_failing(size: tuple[int, int]) -> None:
    async with wall(size=size) as found:
        await found.wait(20)
        await found.fail(*SOURCES)
        for page, text in (await every_page(found)).items():
            assert "believe nothing" in text, page
            read(page, text, size, dict.fromkeys(titles(page, size), "?"))
            assert "✔" not in text.replace("✔ ACK", ""), page


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_wrong(size: tuple[int, int]) -> None:
    async with wall(size=size, given={}) as found:
        shown = await every_page(found)
        for page, text in shown.items():
            read(page, text, size, {t: "-" if t == "OLDEST" else "0" for t in titles(page, size)})
        assert "✔ nothing that nobody has" in shown["overview"]
        assert "✔ no alert that nobody has" in shown["alerts"]
        assert "✔ nobody is being paged" in shown["pages"]
        assert "✔ no ticket waits for us" in shown["tickets"]
        assert "✔ no ongoing issues" in shown["issues"]


async def test_before_the_first_answer_nothing_is_claimed() -> None:
    async with wall(hang=True) as found:
        for page, text in (await every_page(found)).items():
            assert "asking: 0 of 7 sources have answered" in text, page
            read(page, text, (120, 40), dict.fromkeys([t for t in FIGURES[page] if "PROD" not in t], "?"))
            assert "✔" not in text, page


async def test_what_was_last_known_is_dated() -> None:
    async with wall() as found:
        await found.wait(20)
        await found.fail("icinga")
        await found.wait(240)
        text = await found.show("overview")
        assert "was 4 4m ago" in text
        assert "3m?" not in text, "the ages of what is old go on"
        assert "7m?" in text


async def test_a_source_that_never_answered() -> None:
    async with wall(hang=True, sources=("icinga",)) as found:
        await found.fail("icinga")
        found.readers["icinga"].let_go()
        await found.ask("icinga")
        text = await found.show("overview")
        read("overview", text, (120, 40), {"CRITICAL": "?", "WARNING": "?", "UNKNOWN": "?"})
        assert "never answered" in text


async def test_a_source_that_grows_stale_without_a_failure() -> None:
    async with wall() as found:
        found.readers["icinga"].hang()
        await found.wait(8)
        found.clock.jump(90)
        found.screen.tick()
        await found.shown()
        text = await found.show("overview")
        assert figures(text, ["CRITICAL"])["CRITICAL"] in ("1+?", "?"), text
        assert "no answer for too long" in text


async def test_rows_that_were_not_understood_are_no_noughts() -> None:
    async with wall(given={}, sources=("icinga",)) as found:
        await found.answer("icinga", rejected=("odd",))
        text = await found.show("overview")
        read("overview", text, (120, 40), {"CRITICAL": "?"})
        assert "1 not understood" in text
        assert "nothing that nobody has, but 1 row not understood" in text


async def test_what_a_monitor_does_not_see_is_no_nought() -> None:
    async with wall(given={}, sources=("icinga",)) as found:
        await found.answer("icinga", unseen=("satellite-2",))
        text = await found.show("overview")
        read("overview", text, (120, 40), {"CRITICAL": "?"})
        assert "1 not seen" in text
        assert "nothing that nobody has, but icinga does not see: satellite-2" in text
        assert "believe this screen, but icinga does not see: satellite-2" in text


async def test_pages_without_a_source_are_left_out() -> None:
    async with wall(sources=("icinga", "rota")) as found:
        assert found.screen.rotation.pages == ("overview", "alerts", "today")


async def test_the_configured_pages_in_the_configured_order() -> None:
    config = Config.model_validate({"wallboard": {"pages": ["tickets", "alerts"]}})
    async with wall(config=config) as found:
        assert found.screen.rotation.pages == ("tickets", "alerts")


async def test_a_page_that_rings_counts_down() -> None:
    async with wall() as found:
        text = await found.show("pages")
        assert figures(text, ["#4127 5xx rate for www-origin"]) == {"#4127 5xx rate for www-origin": "3:41"}
        await found.wait(41)
        await found.show("pages")
        assert figures(found.text, ["#4127 5xx rate for www-origin"]) == {"#4127 5xx rate for www-origin": "3:00"}
        assert "Ana Sowande" in found.text


async def test_on_the_smallest_terminal_it_still_says_what_counts() -> None:
    async with wall(size=(40, 12)) as found:
        await found.fail("icinga")
        assert "believe all but icinga" in found.text
    async with wall(size=(20, 4)) as found:
        assert found.text
