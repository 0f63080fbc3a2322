"""The verbs people type, and what they answer."""

import pytest

VERBS = ("run", "agent", "collector", "tail", "check", "config", "match")


def test_help_names_every_verb_and_every_verb_has_its_own(place):
    whole = place.run("--help").out().decode()
    for verb in VERBS:
        assert verb in whole
        own = place.run(verb, "--help", config=None).out().decode()
        assert f"weir {verb}" in own


def test_version_is_said_by_weir_and_by_every_verb(place):
    version = place.run("--version").out()
    assert version.startswith(b"weir ") and version.endswith(b"\n")
    for verb in VERBS:
        assert place.run(verb, "--version", config=None).out() == version


@pytest.mark.parametrize("words", [
    ["fly"], ["tail", "--frobnicate"], ["match"], ["match", "only-one"],
    ["match", "-t", "headers", "a", "a"], ["check", "-c"],
    ["tail", "-o", "yaml"], ["run", "--idle", "soon"]])
def test_a_wrong_use_is_said_on_standard_error_and_exits_64(place, words):
    wrong = place.run(*words, code=64, config=None)
    assert wrong.out() == b""
    assert wrong.err() != ""


def test_no_verb_at_all_is_a_wrong_use(place):
    # An empty first word is none of the verbs either.
    assert place.run("", code=64).err() != ""


@pytest.mark.parametrize("words, code", [
    (["err.*", "err.daemon"], 0),
    (["err.*", "info.daemon"], 1),
    (["#", "info.daemon"], 0),
    (["error.*", "err.daemon"], 0),
    (["warn.#", "warning.local3"], 0),
    (["panic.*", "emerg.kern"], 0),
    (["-t", "topic", "*.kern", "err.kern"], 0),
    (["-t", "direct", "err.*", "err.daemon"], 1),
    (["-t", "direct", "err.daemon", "err.daemon"], 0),
    (["-t", "fanout", "whatever", "err.daemon"], 0)])
def test_match_answers_by_its_exit_code(place, words, code):
    place.run("match", *words, code=code)


@pytest.mark.parametrize("verb", ["run", "agent", "collector", "tail", "check",
                                  "config"])
def test_a_configuration_that_is_not_there_exits_78_and_is_named(place, verb):
    wrong = place.run(verb, code=78, config="nowhere.ini")
    assert "nowhere.ini" in wrong.err()
