"""Names and groups at a login: opaque, never two people under one name, and only what was assigned."""

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerlijn import aanmelding
from leerlijn.aanmelding import ROL, hub_name, keep_launch, launches, lti_course, lti_group
from leerlijn.dienst_mappen import hand_in_name

from .lms import Lms

IDS = st.text(min_size=1, max_size=40)


@given(IDS, IDS)
def test_two_people_never_share_a_name(a, b):
    """Also after the hub has made it lower case; and every name can hand in."""
    x, y = hub_name("https://a", a), hub_name("https://a", b)
    assert (x.lower() == y.lower()) is (a == b)
    assert x == x.lower() and hand_in_name(x) == x


def test_names_stay_what_they_are_where_they_can():
    assert hub_name("x", "4") == "4" and hub_name("x", "0f1e-2d3c") == "0f1e-2d3c"
    for anders in ("Hoofd", "a+b", "a/b", "a@b.nl", "-x", "u-" + "0" * 24):
        assert hub_name("x", anders).startswith("u-") and hub_name("x", anders) != hub_name("y", anders) and hub_name("x", anders) != anders
    with pytest.raises(ValueError):
        hub_name("x", "")


def test_only_groups_that_were_assigned():
    t = {"urn:a": "nbgrader-a", "urn:b": "formgrade-a"}
    assert aanmelding.groups(["urn:a", "urn:admin", "nbgrader-b"], t) == {"nbgrader-a"}
    assert aanmelding.groups("urn:b", t) == {"formgrade-a"} and aanmelding.groups([], t) == set()


@pytest.fixture(scope="module")
def lms():
    lms = Lms()
    yield lms
    lms.stop()


def test_the_role_there_is_the_role_here(lms):
    def groep(rol="Learner", **anders):
        return lti_group(lms.claims("u", rol, **anders), "a")

    assert groep() == "nbgrader-a" and groep("Instructor") == "formgrade-a"
    assert groep(**{f"{aanmelding.LTI}roles": ["Learner"]}) == "nbgrader-a"  # the short form
    for rollen in ([], ["http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin"], [ROL + "Mentor"], ["https://elders#Instructor"]):
        assert groep(**{f"{aanmelding.LTI}roles": rollen}) is None


def test_only_courses_and_deployments_that_were_named(lms):
    def cursus(**anders):
        return lti_course(lms.claims("u", **{aanmelding.LTI + k: v for k, v in anders.items()}), {"4711": "a"}, ["7"])

    assert cursus() == "a"
    for anders in ({"context": None}, {"context": {"id": "1"}}, {"deployment_id": "8"}, {"message_type": "LtiDeepLinkingRequest"}):
        assert cursus(**anders) is None


def test_what_is_kept_of_a_launch_names_nobody(lms, tmp_path):
    keep_launch(tmp_path, "u-1", lms.claims("Sub/1"))
    keep_launch(tmp_path, "u-1", lms.claims("Sub/1"))
    (pad,) = tmp_path.iterdir()
    assert stat.S_IMODE(pad.stat().st_mode) == 0o640
    assert launches(tmp_path)["u-1"]["sub"] == "Sub/1" and set(json.loads(pad.read_text())) == {"naam", "sub", "uitgever", "lijst"}
    assert "Echt" not in pad.read_text() and "@" not in pad.read_text()
    (tmp_path / "stuk.json").write_text("{")
    assert set(launches(tmp_path)) == {"u-1"}
