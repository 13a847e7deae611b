"""What each setting does, and how its value and its origin are worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final

from studyapp.core.plural import count, percent
from studyapp.core.settings.load import Origin
from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import FLAGS
from studyapp.core.visible import visible
from studyapp.study.stats.true_retention import Meant, Verdict

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Every day": {
        "theme": "The app's colours. Plain leaves them to your terminal.",
        "editor": "The command that opens a note for editing; empty: $VISUAL, then $EDITOR.",
        "player": "The command that plays sounds; empty: mpv, ffplay, or what the machine has.",
        "autoplay": "Play the sounds of a card as soon as they are on the screen.",
        "on_grade": "A command that gets each saved grade as JSON on its standard input. Empty: none.",
        "keys": "Which key does what. Keys that you do not change stay as they are.",
        "new_cards_per_day": "New cards a day, counted over all your devices. 0: no limit.",
        "reviews_per_day": "Reviews a day, counted over all your devices. 0: no limit.",
        "deck_limits": "New cards and reviews a day for a deck and its subdecks.",
        "today_limits": 'Limits for single days, such as {"2026-11-28" = {new = 30}}; other days keep the usual.',
        "searches": "Saved searches by name, for the lists in Browse.",
        "learn_ahead_minutes": "When nothing else is left, a learning card that is due this soon comes at once.",
        "start_of_day": "When a day begins, such as 04:30:15.",
        "reveal_after": "Seconds after which the answer shows by itself. 0: never.",
        "away_after": "The most seconds counted for a card; after that, you were away.",
        "animations": "Whether anything is animated. Never over ssh, or with TEXTUAL_ANIMATIONS=none.",
    },
    "Order": {
        "flashcard_card_order": "The order of due cards, and of new ones among them.",
        "flashcard_deck_order": "Whether decks are mixed or come one after the other.",
        "new_card_every": "A new card after this many due ones. 0: in the order of cards.",
        "spread_siblings": "Keep the cards of one question apart.",
        "bury_sibling_cards": "After a review, bury the other cards of its question until tomorrow.",
    },
    "Schedule": {
        "algorithm": "SM-2-OSR is the plugin's; FSRS models your memory and needs fewer reviews.",
        "fsrs_desired_retention": "FSRS: how likely you should be to remember a card when it comes back.",
        "base_ease": "SM-2: the ease of a new card in per cent. Higher means longer intervals.",
        "easy_bonus": "SM-2: the factor by which Easy lengthens the interval further.",
        "lapses_interval_change": "SM-2: the factor by which Hard shortens the interval.",
        "maximum_interval": "The longest interval, in days.",
        "load_balance": "Move due dates by a few days, so that no day has too many.",
        "overdue": "SM-2: late cards as the plugin treats them, or with the credit that its manual promises.",
        "fsrs_parameters": "FSRS: your own 21 parameters, as `studyapp optimise` finds them; none: the plugin's.",
        "learning_steps": "FSRS: the steps of a new card, such as 1m, 10m, 2h or 1d; none: days at once.",
        "relearning_steps": "FSRS: the steps of a forgotten card.",
        "fsrs_load_balance": "FSRS: move intervals to days nearby with less to do, siblings to different days.",
        "easy_days": "FSRS: less on some weekdays or dates, as shares of a usual day: {sunday = 0, saturday = 0.5}.",
        "presets": "Settings under a name, for some decks: retention, parameters, steps, limits, orders, leeches.",
        "deck_presets": "Which preset a deck has, and those below it that have none of their own.",
        "exams": "Days by which you want to know a deck or a search; `studyapp exam` checks your pace.",
        "leech_lapses": "Forgotten this often, a card is called a leech. 0: never.",
        "leech_action": "Whether a leech is only marked, or suspended too.",
    },
    "Cards in notes": {
        "flashcard_tags": "Tags of notes and questions that have cards; the decks are named after them.",
        "flashcard_tags_to_ignore": "Notes with one of these tags have no cards.",
        "note_folders_to_ignore": "Folders whose notes have no cards: how their paths begin, or patterns.",
        "convert_folders_to_decks": "Name decks after folders, not after tags.",
        "single_line_card_separator": "What separates front and back on one line.",
        "single_line_reversed_card_separator": "The same, for a card in each direction.",
        "multiline_card_separator": "What separates front and back, on a line of its own.",
        "multiline_reversed_card_separator": "The same, for a card in each direction.",
        "multiline_card_end_marker": "What ends a card of several lines; empty: a blank line.",
        "cloze_patterns": "What a cloze looks like.",
        "card_comment_on_same_line": "Write the schedule after the question, not below it.",
        "use_callouts_for_scheduling_comments": "Write the schedule into a callout.",
        "nested_settings": "A folder with an .obsidian of its own: its own settings, or those around it.",
    },
    "Whole notes": {
        "tags_to_review": "Notes with one of these tags are reviewed whole.",
        "note_tags_to_ignore": "Notes with one of these tags are not.",
        "open_random_note": "Take whole notes in random order.",
        "max_link_factor": "The most that linked notes count towards the ease of a new whole note.",
    },
}
"""Every setting with a sentence on what it does, in the usual order of interest."""

WORDS: Final = {name: words for group in GROUPS.values() for name, words in group.items()}

CHOICE_WORDS: Final = {
    "SM-2-OSR": "as the plugin has it by default",
    "FSRS": "with the parameters that the plugin has",
    "documented": "late cards get credit",
    "NewFirstSequential": "new cards first, in the order of the notes",
    "NewFirstRandom": "new cards first, shuffled",
    "DueFirstSequential": "due cards first, in the order of the notes",
    "DueFirstRandom": "due cards first, shuffled",
    "EveryCardRandomDeckAndCard": "any card of any deck",
    "Overdue": "the longest overdue first",
    "RelativeOverdueness": "the latest for its interval first",
    "Retrievability": "the least likely to be remembered first",
    "PrevDeckComplete_Sequential": "deck by deck, in order",
    "PrevDeckComplete_Random": "deck by deck, shuffled",
    "Together": "all decks mixed",
    "mark": "it is only marked",
    "suspend": "it is marked and suspended",
    "auto": "its own if the plugin has some there",
    "own": "always its own",
    "inherit": "always those around it",
    "plain": "no colours of its own",
}
"""What the values of some settings mean."""

_ENTRIES: Final = {
    "keys": ("key", ""),
    "deck_limits": ("deck", ""),
    "searches": ("search", "searches"),
    "presets": ("preset", ""),
    "deck_presets": ("deck", ""),
    "easy_days": ("day", ""),
    "today_limits": ("day", ""),
    "exams": ("exam", ""),
}
"""What the entries of a table are."""
_IN_WORDS: Final = frozenset({"flashcard_card_order", "flashcard_deck_order"})
"""Settings whose values need explaining."""
_PLACES: Final = {
    "user": "your file",
    "vault": "this vault",
    "plugin": "the plugin",
    "inferred from the notes": "notes",
}


_TITLES: Final = {
    "algorithm": "Scheduler",
    "away_after": "Away after, seconds",
    "reveal_after": "Answer shows after, seconds",
    "fsrs_desired_retention": "FSRS desired retention",
    "fsrs_parameters": "FSRS parameters",
    "fsrs_load_balance": "FSRS load balance",
    "flashcard_card_order": "Order of cards",
    "flashcard_deck_order": "Order of decks",
    "use_callouts_for_scheduling_comments": "Schedules in callouts",
    "overdue": "Credit for late cards",
    "open_random_note": "Random order",
    "nested_settings": "Vaults within a vault",
}


_MUCH: Final = 0.05
"""The difference that counts as large."""
_BEYOND: Final = (
    "fsrs_parameters",
    "learning_steps",
    "relearning_steps",
    "overdue",
    "fsrs_load_balance",
    "easy_days",
)
"""Settings that the plugin does not have and that change schedules."""
_SCHEDULING: Final = (*_BEYOND, "algorithm", "fsrs_desired_retention", "maximum_interval", "load_balance")
"""Settings about grades, which the plugin has once for all decks."""


def health_text(one: Meant) -> str:
    """Whether the intervals are right, judging by recall."""
    where = f" with the preset {visible(one.preset, newlines=False)}" if one.preset is not None else ""
    if one.verdict is Verdict.FEW or one.seen.share is None:
        return f"Too few reviews{where} to tell whether you recall as much as intended."
    seen, meant = map(percent, (one.seen.share, one.meant))
    much = "a little" if abs(one.seen.share - one.meant) < _MUCH else "much"
    match one.verdict:
        case Verdict.LESS:
            return f"You recall {seen}{where} instead of the intended {meant}: intervals are {much} too long."
        case Verdict.MORE:
            return f"You recall {seen}{where} instead of the intended {meant}: intervals could be {much} longer."
        case _:
            return f"You recall {seen}{where}, close to the intended {meant}: intervals are right."


def beyond_the_plugin(settings: Settings, decks: Sequence[str] | None = None) -> list[str]:
    """What makes schedules differ from the plugin's, briefly; for a card, by its settings and decks."""
    plain = Settings()
    found = [title_of(name) for name in _BEYOND if getattr(settings, name) != getattr(plain, name)]
    if decks is None and settings.exams:
        found.append(title_of("exams"))
    used = {*settings.deck_presets.values()} if decks is None else set()
    for name in sorted(used & settings.presets.keys()):
        own = [one for one in settings.presets[name] if one in _SCHEDULING]
        if differing := [title_of(one) for one in own if settings.presets[name][one] != getattr(settings, one)]:
            found.append(f"{', '.join(differing)} in the preset {name}")
    return found


def title_of(name: str) -> str:
    """What a setting is called on the screen."""
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


ZERO: Final = {
    "new_cards_per_day": "no limit",
    "reviews_per_day": "no limit",
    "leech_lapses": "never",
    "new_card_every": "in the order of cards",
    "reveal_after": "never",
}
"""What 0 means."""


def value_text(name: str, value: Any) -> str:
    """The value of a setting in a few words."""
    if name in FLAGS:
        return "on" if value else "off"
    match value:
        case time():
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case tuple():
            return ", ".join(one if isinstance(one, str) else f"{one:g}" for one in value) or "none"
        case Mapping():
            one, many = _ENTRIES[name]
            return count(len(value), one, many) if value else "none"
        case str():
            return CHOICE_WORDS[value] if name in _IN_WORDS else str(value) or "none"
        case _:
            return f"{value:g}"


def meaning_text(name: str, value: Any) -> str:
    """What a value means, where that is not what is typed: a 0 that stands for something else, long numbers."""
    if not value and name in ZERO:
        return ZERO[name]
    return f"{value:,}" if isinstance(value, int) and name not in FLAGS else value_text(name, value)


def default_text(name: str) -> str:
    """What the default of a setting means."""
    return meaning_text(name, getattr(Settings(), name))


def origin_text(origin: Origin) -> str:
    """The origin of a setting's value."""
    return _PLACES.get(origin.place, origin.place)
