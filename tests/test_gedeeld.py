"""Shared practice on its way: placed whole, taken back, found where hand-ins arrive, and no more of one account than of one learner."""

import os
import pwd

import pytest

from leerlijn import gedeeld, intake

A, B, C = "a" * 32, "b" * 32, "c" * 32
IK = pwd.getpwuid(os.getuid()).pw_name


def test_placed_replaced_and_taken_back(tmp_path):
    gedeeld.place(tmp_path, {A: b"een", B: b"twee"}, 0o640)
    gedeeld.place(tmp_path, {A: b"drie"}, 0o644)
    assert {p.name: (p.read_bytes(), oct(p.stat().st_mode & 0o777)) for p in tmp_path.iterdir()} == {
        gedeeld.name(A): (b"drie", "0o644"), gedeeld.name(B): (b"twee", "0o640")}  # fmt: skip
    gedeeld.take_back(tmp_path, [A, C])
    gedeeld.take_back(tmp_path, [A])
    assert [p.name for p in tmp_path.iterdir()] == [gedeeld.name(B)]


def test_a_half_file_of_before_stands_in_nobodys_way(tmp_path):
    (tmp_path / f".gedeeld-{A}.half").write_text("stroom viel uit")
    gedeeld.place(tmp_path, {A: b"een"}, 0o644)
    assert [p.name for p in tmp_path.iterdir()] == [gedeeld.name(A)]


def test_a_link_in_its_place_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "elders").write_text("blijft")
    for einde in ("half", "json"):
        (tmp_path / f".gedeeld-{A}.{einde}").symlink_to(tmp_path / "elders")
    gedeeld.place(tmp_path, {A: b"een"}, 0o644)
    assert (tmp_path / "elders").read_text() == "blijft" and not (tmp_path / gedeeld.name(A)).is_symlink()


def test_no_room_leaves_what_was_there(tmp_path):
    gedeeld.place(tmp_path, {A: b"een"}, 0o644)
    with pytest.raises(OSError):
        gedeeld.place(tmp_path / "weg", {A: b"twee"}, 0o644)
    assert (tmp_path / gedeeld.name(A)).read_bytes() == b"een"


def test_arrived_in_both_places(tmp_path):
    inbound, dienst = tmp_path / "inbound", tmp_path / "dienst"
    for m in (inbound, dienst):
        m.mkdir()
    for n, code in enumerate((A, B)):
        gedeeld.place(inbound, {code: str(n).encode()}, 0o644)
        os.utime(inbound / gedeeld.name(code), (1000 + n, 1000 + n))
    gedeeld.place(dienst, {C: b"dienst"}, 0o640)
    (inbound / "deelnemer+proef+2026").mkdir()
    (inbound / ".gedeeld-kort.json").write_text("x")
    rij, stuk = gedeeld.arrived(inbound, diensten=[intake.Dienst(IK, dienst)])
    assert stuk == 0 and [data for _, data in rij] == [b"0", b"1", b"dienst"]
    assert rij[0][0] == rij[1][0] != rij[2][0]  # of one account: the report counts the last of each module
    alle, _ = gedeeld.arrived(inbound, zelfde_account=True)
    assert len({wie for wie, _ in alle}) == 2


def test_a_flood_of_one_account_is_bounded_and_the_newest_stay(tmp_path):
    for n in range(gedeeld.MAX_PER_ACCOUNT + 5):
        gedeeld.place(tmp_path, {f"{n:032x}": str(n).encode()}, 0o644)
        os.utime(tmp_path / gedeeld.name(f"{n:032x}"), (n, n))
    rij, _ = gedeeld.arrived(tmp_path)
    assert len(rij) == gedeeld.MAX_PER_ACCOUNT and rij[-1][1] == str(gedeeld.MAX_PER_ACCOUNT + 4).encode()


def test_links_pipes_folders_and_hard_links_are_counted_as_not_in_order(tmp_path):
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    (tmp_path / "geheim").write_text("geheim")
    (inbound / gedeeld.name(A)).symlink_to(tmp_path / "geheim")
    os.mkfifo(inbound / gedeeld.name(B))
    (inbound / gedeeld.name(C)).mkdir()
    os.link(tmp_path / "geheim", inbound / gedeeld.name("d" * 32))
    gedeeld.place(inbound, {"e" * 32: b"x" * (gedeeld.MAX_BESTAND + 1)}, 0o644)
    assert gedeeld.arrived(inbound) == ([], 5)


@pytest.mark.parametrize("wat", ["van allen", "van een ander", "een link", "is er niet"])
def test_a_services_folder_that_is_not_its_own_is_not_read(tmp_path, wat):
    dienst = tmp_path / "dienst"
    dienst.mkdir()
    gedeeld.place(dienst, {A: b"een"}, 0o640)
    match wat:
        case "van allen":
            dienst.chmod(0o777)
        case "een link":
            dienst.rename(tmp_path / "echt")
            dienst.symlink_to(tmp_path / "echt")
        case "is er niet":
            dienst.rename(tmp_path / "weg")
    account = "iemand-anders" if wat == "van een ander" else IK
    assert gedeeld.arrived(tmp_path / "geen", diensten=[intake.Dienst(account, dienst)]) == ([], 0)


def test_grading_does_not_see_it_as_a_hand_in(tmp_path):
    for map_ in (tmp_path / "inbound", tmp_path / "dienst"):
        map_.mkdir()
        gedeeld.place(map_, {A: b"{}"}, 0o644)
    assert intake.scan(tmp_path / "inbound", ["proef"], diensten=[intake.Dienst(IK, tmp_path / "dienst")]) == ([], [], 0)
