import pytest

from protect.vault.formats import marks
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import TeamSecret
from tests.vault.formats.given import CASE, GRANT, OTHER_SECRET, TEAM_SECRET, VECTORS, WRAP, flipped

BLOBS = {"sealed": b"sealed bytes", "wrap": b"a wrap"}


def test_a_tag_is_the_one_known():
    team = TeamSecret(bytes.fromhex(VECTORS["team_secret"]))
    bound = bytes.fromhex(VECTORS["contexts"]["wrap"])
    blobs = {name: bytes.fromhex(CASE[name]) for name in BLOBS}

    assert marks.origin_tag(team, bound, **blobs).hex() == CASE["origin"]


def test_a_tag_of_the_team_matches():
    tag = marks.origin_tag(TEAM_SECRET, WRAP, **BLOBS)

    assert len(tag) == 32
    assert marks.must_match_origin(tag, TEAM_SECRET, WRAP, **BLOBS) is None


def test_every_bit_of_a_tag_counts():
    tag = marks.origin_tag(TEAM_SECRET, WRAP, **BLOBS)

    for spoilt in [*flipped(tag), b"", tag[:-1], tag + b"\0"]:
        with pytest.raises(Forged, match=r"^not written by this team$"):
            marks.must_match_origin(spoilt, TEAM_SECRET, WRAP, **BLOBS)


@pytest.mark.parametrize(
    ("team", "bound", "blobs"),
    [
        (OTHER_SECRET, WRAP, BLOBS),
        (TEAM_SECRET, GRANT, BLOBS),
        (TEAM_SECRET, WRAP, BLOBS | {"sealed": b"sealed byteS"}),
        (TEAM_SECRET, WRAP, BLOBS | {"wrap": b"a wraP"}),
        (TEAM_SECRET, WRAP, {"sealed": BLOBS["wrap"], "wrap": BLOBS["sealed"]}),
    ],
)
def test_a_tag_speaks_of_one_team_one_place_and_these_bytes(team, bound, blobs):
    tag = marks.origin_tag(TEAM_SECRET, WRAP, **BLOBS)

    with pytest.raises(Forged):
        marks.must_match_origin(tag, team, bound, **blobs)
