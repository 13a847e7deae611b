from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.errors import Severity
from studyapp.study.doctor.findings import Finding, in_order
from studyapp.study.doctor.groups import grouped

FINDINGS = st.builds(
    Finding,
    st.sampled_from(["dead-link", "unseen-card", "cut-card"]),
    st.sampled_from(["a.md", "b.md"]),
    st.integers(1, 40),
    st.sampled_from(["this", "that", "these"]),
    st.sampled_from(["Do it", "Remove the blank lines down to line 3", "Remove the blank lines down to line 40"]),
    st.sampled_from(list(Severity)),
)


@given(st.lists(FINDINGS, unique=True).map(in_order))
def test_no_finding_is_lost_or_repeated_and_their_order_is_kept(found: list[Finding]) -> None:
    groups = grouped(found)
    assert sorted(map(repr, found)) == sorted(repr(one) for group in groups for one in group.findings)
    firsts = [found.index(group.first) for group in groups]
    assert firsts == sorted(firsts)
    assert all(len({one.severity for one in group.findings}) == 1 for group in groups)


def test_a_few_equal_findings_stand_alone_and_more_are_one_whatever_lines_their_remedies_name() -> None:
    found = [Finding("cut-card", "a.md", n, f"cut {n}", f"Remove the lines down to line {n}") for n in range(1, 7)]
    assert [group.is_one for group in grouped(found[:5])] == [True] * 5
    (group,) = grouped(found)
    assert group.said == "6 of these in 1 note"
    assert [one.finding.line for one in group.examples] == [1, 2, 3, 4, 5]


def test_what_is_never_closed_takes_no_more_than_linear_time() -> None:
    remedy = "[[" * 500_000 + "“" * 500_000
    (group,) = grouped([Finding("cut-card", "a.md", 1, "cut", remedy)])
    assert group.remedy == remedy


def test_the_most_frequent_text_is_the_first_example() -> None:
    found = [
        Finding("dead-link", f"{n}.md", 1, f"[[{'A' if n % 2 else n}]] leads nowhere", "Write it") for n in range(9)
    ]
    (group,) = grouped(found)
    assert (group.examples[0].times, group.examples[0].finding.place) == (4, "1.md:1")


def test_each_mistake_in_a_settings_file_is_named() -> None:
    found = [Finding("settings", "s.toml", None, f"key {n} is not a setting", "Ignored") for n in range(9)]
    assert [group.findings for group in grouped(found)] == [(one,) for one in found]
