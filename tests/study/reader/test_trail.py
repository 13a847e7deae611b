from __future__ import annotations

from studyapp.study.reader.trail import Stop, Trail


def test_going_back_leads_to_the_line_that_was_left_and_forward_leads_on_again() -> None:
    trail = Trail()
    trail.go_on(Stop("a.md", 0))
    trail.leave(7)
    trail.go_on(Stop("b.md", 3))
    assert trail.turn(-1) == Stop("a.md", 7)
    assert trail.turn(-1) is None
    assert trail.turn(1) == Stop("b.md", 3)
    assert trail.turn(1) is None


def test_taking_another_way_forgets_what_lay_ahead() -> None:
    trail = Trail()
    trail.leave(1)
    for name in ("a.md", "b.md"):
        trail.go_on(Stop(name, 0))
    trail.turn(-1)
    trail.go_on(Stop("c.md", 0))
    assert trail.turn(1) is None
    assert trail.turn(-1) == Stop("a.md", 0)
