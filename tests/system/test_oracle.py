"""The oracle must be able to fail."""

import random

import pytest

from oracle import Sent, compare, lines_of
from torment import Writer


@pytest.fixture
def sent(tmp_path):
    writer = Writer(tmp_path, random.Random(1))
    for _ in range(300):
        writer.step()
    writer.finish()
    return writer.sent


def texts(sent):
    return [line.text for line in sent]


def test_the_same_lines_differ_in_nothing(sent):
    verdict = compare(sent, texts(sent))
    assert not verdict
    assert str(verdict) == "no difference"


def test_a_lost_line_is_named_by_file_and_bytes(sent):
    out = texts(sent)
    gone = sent[123]
    del out[123]
    verdict = compare(sent, out)
    assert len(verdict.lost) == 1
    assert f"bytes {gone.offset}-{gone.end}" in str(verdict)
    assert not (verdict.repeated or verdict.late or verdict.foreign)


def test_a_doubled_line_is_found_wherever_its_copy_stands(sent):
    for at in (0, 10, len(sent) - 1):
        out = texts(sent)
        out.insert(at, sent[50].text)
        verdict = compare(sent, out)
        assert len(verdict.repeated) == 1
        assert not verdict.lost


def test_two_swapped_lines_of_one_chain_are_out_of_order(sent):
    out = texts(sent)
    first = 40
    second = next(n for n in range(first + 1, len(sent))
                  if sent[n].key == sent[first].key
                  and sent[n].source == sent[first].source)
    out[first], out[second] = out[second], out[first]
    verdict = compare(sent, out)
    assert len(verdict.late) >= 1
    assert not (verdict.lost or verdict.repeated or verdict.damaged)


def test_two_swapped_lines_of_different_chains_are_in_order(sent):
    by_chain = sorted(sent, key=lambda line: (line.key, line.source))
    assert not compare(sent, texts(by_chain))


@pytest.mark.parametrize("damage", [
    lambda text: text[:-1], lambda text: text + b"\r",
    lambda text: text[:40] + bytes([text[40] ^ 1]) + text[41:]])
def test_a_damaged_line_is_shown_beside_the_right_one(sent, damage):
    out = texts(sent)
    out[77] = damage(out[77])
    verdict = compare(sent, out)
    assert len(verdict.damaged) == 1
    assert len(verdict.lost) == 1  # the right one is not there


def test_half_a_line_and_two_in_one_are_not_taken_for_lines(sent):
    out = texts(sent)
    out[9] = out[9][:7]
    assert compare(sent, out).foreign
    out = texts(sent)
    out[9:11] = [out[9] + out[10]]
    verdict = compare(sent, out)
    assert len(verdict.lost) == 2 and len(verdict.damaged) == 1


def test_the_same_number_in_two_incarnations_is_two_lines():
    sent = [Sent(source, b"00000001.00", 0, 9, "info", source
                 + b" 00000001.00 x") for source in (b"a.0", b"a.1")]
    assert not compare(sent, texts(sent))
    assert len(compare(sent, texts(sent[:1])).lost) == 1


def test_what_the_writer_wrote_is_what_its_ledger_says(tmp_path):
    writer = Writer(tmp_path, random.Random(7), max_line=300)
    for n in range(1000):
        writer.step()
        if n % 100 == 99:
            writer.rotate()
    writer.finish()
    written = {path: path.read_bytes() for path in writer.paths()}
    assert len(written) > 10
    for line in writer.sent:
        data = written[writer.path_of(line.source)]
        assert data[line.offset:line.end].rstrip(b"\n") == line.text
        assert len(line.text) <= 300
    assert sum(map(len, written.values())) == \
        sum(line.end - line.offset for line in writer.sent)
    whole = [text for path in written for text in lines_of(path)]
    assert any(len(text) > 300 for text in whole)
    assert {line.key for line in writer.sent} == {
        "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}
