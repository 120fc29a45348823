"""A night makes the pages of its release once readers have it, and whatever becomes of them the night has succeeded."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.bulletin import write_bulletins
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.core.stopping import NightStoppedError
from orchestration.defs.run_context import RunContext
from orchestration.release.manifest import Release
from orchestration.runs.arriving import is_last_to_come, nights_to_come
from orchestration.runs.derived import SITE_STEP, make_derived
from orchestration.runs.night_end import one_sentence
from orchestration.site import write_site
from tests.releases import publish_total
from tests.sites import KNOWN_ON, publish_figures


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(write_bulletins, "cannot_print", lambda: "no PDF in these tests")
    settings = Settings(home=tmp_path / "home", areas=False)
    settings.warehouse.mkdir(parents=True)
    return settings


@pytest.fixture
def release(settings: Settings) -> Release:
    return publish_figures(settings)


def test_the_pages_are_made_once_and_their_time_is_told(settings: Settings, release: Release) -> None:
    steps = Steps()
    made = make_derived(settings, steps, release)
    assert made.site == release.path / "site" / "index.html"
    assert made.failures == ()
    assert steps.seconds[SITE_STEP] > 0
    stands = made.site.stat().st_ino
    assert make_derived(settings, Steps(), release).site == made.site
    assert made.site.stat().st_ino == stands


def test_a_night_without_a_release_of_its_own_sees_to_the_pages_that_readers_should_have(
    settings: Settings, release: Release
) -> None:
    assert make_derived(settings, Steps(), None).site == release.path / "site" / "index.html"


def test_what_readers_may_not_see_yet_is_no_county_s_either(settings: Settings, release: Release) -> None:
    waits = release.model_copy(update={"is_current": False})
    settings.current.unlink()
    assert make_derived(replace(settings, site=False, areas=True), Steps(), waits).failures == ()
    assert not (release.path / "counties").exists()


def test_nothing_is_made_where_it_is_switched_off_or_nothing_is_published(settings: Settings, tmp_path: Path) -> None:
    assert make_derived(settings, Steps(), None).site is None
    release = publish_figures(settings)
    steps = Steps()
    assert make_derived(replace(settings, site=False), steps, release).site is None
    assert steps.seconds == {}
    assert not (release.path / "site").exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (KeyError("no such template"), "no such template"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_readers_keep_their_release(
    settings: Settings, release: Release, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(write_site, "write_site", fail)
    made = make_derived(settings, Steps(), release)
    assert made.site is None
    (sentence,) = made.failures
    assert sentence.startswith("the site was not made: ")
    assert told in sentence
    assert "`sanming site` makes it anew." in sentence
    assert settings.current.resolve() == release.path
    assert not (release.path / "site").exists()
    assert list(settings.releases.glob(".tmp-*")) == []


def test_a_release_from_before_figures_had_names_gets_a_sentence(settings: Settings) -> None:
    made = make_derived(settings, Steps(), publish_total(settings, KNOWN_ON, 7.0))
    assert "before figures had names" in made.failures[0]


def test_a_night_that_is_stopped_there_says_that_its_release_is_published(settings: Settings) -> None:
    context = RunContext(settings)
    with pytest.raises(NightStoppedError) as stopped, one_sentence(context), context.steps.step(SITE_STEP):
        raise KeyboardInterrupt
    assert "the release is published, its pages are not made" in str(stopped.value)
    assert stopped.value.exit_code == 128 + signal.SIGINT


def test_of_several_nights_only_the_last_is_the_last(settings: Settings) -> None:
    moments = [datetime(2017, month, 21, 2, tzinfo=clock.SANMING) for month in (1, 7, 8)]
    for moment in moments:
        (settings.to_come / f"{moment:%Y-%m-%dT%H%M}").mkdir(parents=True)
    assert [(night, is_last_to_come(settings)) for night in nights_to_come(settings)] == list(
        zip(moments, (False, False, True), strict=True)
    )
