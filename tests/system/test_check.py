"""What only the rooms above config/ know is checked with the rest."""


def test_patterns_and_paths_are_checked_with_everything_else(place):
    place.config(f"""\
        [filter f]
        type = keep
        pattern = (open
        [stream s]
        bind = #
        path = {place}/%${{host}}.log
        """)
    check = place.start("check")
    assert check.wait() == 78
    said = check.err()
    assert "[filter f] pattern:" in said and "parenthesis" in said
    assert "[stream s] path:" in said and "time format" in said
