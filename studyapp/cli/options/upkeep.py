"""The options of upkeep (settings, doctor, caches, shell and desktop) and of demos."""

from __future__ import annotations

from collections.abc import Callable

from studyapp.cli.options.shared import Add, add_folder, add_yes
from studyapp.cli.options.values import SEVERITIES, named_path, port, severity, time_of_day
from studyapp.core.errors import Severity


def _add_settings(add: Add) -> None:
    settings = add("studyapp settings")
    settings.add_argument("--keys", action="store_true", help="list every key that can be changed")


def _add_doctor(add: Add) -> None:
    doctor = add("studyapp doctor --fix")
    add_folder(doctor)
    doctor.add_argument("--fix", action="store_true", help="repair what is certain, after showing it and asking")
    add_yes(doctor, "with --fix: ")
    doctor.add_argument(
        "--severity",
        type=severity,
        choices=SEVERITIES,
        default=Severity.NOTE.noun,
        metavar="{remark,warning,error}",
        help="only problems of at least this severity",
    )


def _add_cache(add: Add) -> None:
    cache = add("studyapp cache --check")
    cache.description = """\
Show the caches: what each is for, its size, when it was last written. With
--vault, only those of that vault. All can be rebuilt from the notes and the
review logs."""
    what = cache.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="also check that they are intact and agree with the notes")
    what.add_argument("--clear", action="store_true", help="delete those that no program is using")


def _add_restore(add: Add) -> None:
    restore = add("studyapp restore 2026-11-24 LoRA.md")
    restore.add_argument(
        "day", nargs="?", metavar="DAY", help="as listed by `studyapp restore`; shows what would change"
    )
    restore.add_argument("notes", nargs="*", metavar="NOTE", help="only these notes, by their paths in the vault")
    add_yes(restore)


def _add_serve(add: Add) -> None:
    command = add("studyapp serve ~/Notes --host 192.168.1.20")
    command.description = """\
Open the app in a browser, on a phone too, with large keys. The address that is
shown lets one browser in, once; press r for another one. On an address other
than 127.0.0.1 this is plain http: use it only in a network that you trust.
From further away, use the machine's address in a VPN, or a tunnel with the same
port at both ends: ssh -L 8600:127.0.0.1:8600 MACHINE, then http://localhost:8600.
Proxies that change the address or add https are refused."""
    add_folder(command)
    command.add_argument("--port", type=port, default=8600, metavar="N", help="8600 by default; 0: any that is free")
    command.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="one of this machine's addresses, or 0.0.0.0 for all of them; 127.0.0.1 by default",
    )


def _add_remind(add: Add) -> None:
    command = add("studyapp remind --install 08:30")
    command.description = """\
Show what is due as a desktop notification, or on one line; stay silent if
nothing is. With --install, a systemd timer, launchd or cron does this every
day, whichever this machine has; every file that is written is named."""
    what = command.add_mutually_exclusive_group()
    what.add_argument("--install", metavar="HH:MM", type=time_of_day, help="remind every day at this time")
    what.add_argument("--remove", "--undo", action="store_true", help="stop the daily reminder")
    command.add_argument("--dry-run", action="store_true", help="with --install: show what would be written")


def _add_completion(add: Add) -> None:
    from studyapp.cli.completion.scripts import ADVICE, SCRIPTS

    completion = add(ADVICE["bash"])
    completion.add_argument("shell", choices=[*SCRIPTS], metavar="{bash,zsh,fish}")


def _add_init(add: Add) -> None:
    init = add("studyapp init ~/Notes")
    init.add_argument(
        "folder", nargs="?", type=named_path, metavar="DIR", help="the vault to make; with --git, one in a repository"
    )
    init.add_argument("--git", action="store_true", help="set up merging in the repository that DIR is in")


def _add_merge_driver(add: Add) -> None:
    command = add("studyapp merge-driver %O %A %B %P %L")
    command.add_argument("base", type=named_path, metavar="BASE", help="the version that both come from (%%O)")
    command.add_argument("ours", type=named_path, metavar="OURS", help="is written (%%A)")
    command.add_argument("theirs", type=named_path, metavar="THEIRS", help="%%B")
    command.add_argument("path", type=named_path, metavar="PATH", help="the note's, in the repository (%%P)")
    command.add_argument("size", nargs="?", type=int, metavar="SIZE", help="of conflict markers (%%L)")


def _add_demo(add: Add) -> None:
    # Each demo has its own options, known only once its name is: everything after `demo` is taken as it stands. No
    # argument begins with NUL, so nothing looks like an option of this parser.
    demo = add("studyapp demo lora --rank 8", prefix_chars="\0", add_help=False)
    demo.add_argument("words", nargs="*")


def _add_open(add: Add) -> None:
    opening = add("studyapp open 'studyapp://demo/lora?rank=8'")
    opening.add_argument("link", metavar="LINK", help="for example studyapp://demo/lora?rank=8")


def _add_install_links(add: Add) -> None:
    install = add("studyapp install-links --remove")
    install.description = """\
Write a .desktop file so that studyapp:// links, such as those in Obsidian,
open in a terminal."""
    install.add_argument("--remove", "--undo", action="store_true", help="remove it again")


UPKEEP: dict[str, Callable[[Add], object]] = {
    "settings": _add_settings,
    "doctor": _add_doctor,
    "cache": _add_cache,
    "restore": _add_restore,
    "serve": _add_serve,
    "remind": _add_remind,
    "completion": _add_completion,
    "init": _add_init,
    "merge-driver": _add_merge_driver,
    "demo": _add_demo,
    "open": _add_open,
    "install-links": _add_install_links,
}
