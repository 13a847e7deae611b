"""The functions that the shells call; each asks the program itself, so it is always up to date."""

from __future__ import annotations

import argparse
from typing import Final

BASH: Final = r"""# bash completion for studyapp
_studyapp() {
    local kind line word IFS=$'\n' typed="${COMP_WORDS[COMP_CWORD]}"
    [[ $typed == "=" ]] && typed=""
    COMPREPLY=()
    {
        read -r kind || return
        while read -r line; do
            word="${line%%$'\t'*}"
            [[ $word == *= ]] && compopt -o nospace
            COMPREPLY+=("$(printf '%q' "$word")")
        done
    } < <("${1/#\~/$HOME}" complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    case $kind in
        folders) compopt -o filenames; COMPREPLY+=($(compgen -d -- "$typed")) ;;
        files) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$typed")) ;;
    esac
}
complete -F _studyapp studyapp
"""

ZSH: Final = r"""#compdef studyapp
_studyapp() {
    local kind line word
    local -a lines found
    lines=("${(@f)$("${words[1]/#\~/$HOME}" complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    kind="${lines[1]}"
    for line in "${(@)lines[2,-1]}"; do
        word="${${line%%$'\t'*}//:/\\:}"
        found+=("$word:${line#*$'\t'}")
    done
    (( $#found )) && _describe -V 'studyapp' found
    case $kind in
        folders) _files -/ ;;
        files) _files ;;
    esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _studyapp "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _studyapp studyapp
fi
"""

FISH: Final = r"""# fish completion for studyapp
function __studyapp_complete
    set -l typed (commandline -ct)
    set -l given (commandline -opc)
    set -l found ($given[1] complete fish $given[2..-1] "$typed" 2>/dev/null)
    switch "$found[1]"
        case folders
            __fish_complete_directories "$typed"
        case files
            __fish_complete_path "$typed"
    end
    printf '%s\n' $found[2..-1]
end
complete -c studyapp -f -a '(__studyapp_complete)'
"""

SCRIPTS: Final = {"bash": BASH, "zsh": ZSH, "fish": FISH}

ADVICE: Final = {
    "bash": 'eval "$(studyapp completion bash)"    # in ~/.bashrc',
    "zsh": 'eval "$(studyapp completion zsh)"    # in ~/.zshrc, after compinit',
    "fish": "studyapp completion fish > ~/.config/fish/completions/studyapp.fish",
}
"""How to enable each."""


def print_script(options: argparse.Namespace) -> int:
    """Print the script for a shell."""
    print(SCRIPTS[options.shell], end="")
    return 0
