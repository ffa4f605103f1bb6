"""`poterne completion`: a shell's completion script, made from the table of verbs."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.cli.call import DONE, Call
from gateway.cli.verbs import COMMON, VERBS, Argument, Verb


def completion(call: Call) -> int:
    """Print the script for bash."""
    script = bash()
    if call.out.as_json:
        call.out.json({"shell": "bash", "script": script})
    else:
        call.out.line(script)
    return DONE


def bash() -> str:
    """The script: words by place in the line, files where a file is meant."""
    return "\n".join(("# Completion of poterne for bash; made from its table of verbs.", *_function(), _REGISTER))


_REGISTER = "complete -F _poterne poterne"
# bash makes three words of --config=FILE. What an option takes is no verb.
_HEAD = """_poterne() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} typed="" each taken=""
  for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $each in
      =) ;;
      {valued}) taken=$each ;;
      -*) ;;
      *) [[ -n $taken ]] || typed+="$each "
        taken="" ;;
    esac
  done
  COMPREPLY=()
  case $previous in"""


def _function() -> Iterator[str]:
    valued = sorted({each.names[0] for each in _arguments() if each.is_option and not each.switch})
    yield _HEAD.format(valued="|".join(valued))
    files = sorted({name for argument in _arguments() if argument.completes == "file" for name in argument.names})
    yield f"    {'|'.join(name for name in files if name.startswith('-'))})"
    yield '      COMPREPLY=($(compgen -f -- "$word")); return ;;'
    for option in (argument for argument in _arguments() if argument.is_option and argument.choices):
        yield f"    {option.names[0]}) {_reply(' '.join(option.choices))}; return ;;"
    yield "  esac"
    yield "  case $typed in"
    for verb in VERBS:
        yield f'    "{verb.name} "*) {_of_verb(verb)} ;;'
    for noun in sorted({verb.words[0] for verb in VERBS if len(verb.words) == 2}):
        seconds = " ".join(verb.words[1] for verb in VERBS if verb.words[0] == noun)
        yield f'    "{noun} "*) {_reply(seconds)} ;;'
    first = " ".join(dict.fromkeys(verb.words[0] for verb in VERBS))
    options = " ".join(argument.names[0] for argument in COMMON)
    yield f"    *) {_reply(f'{first} {options}')} ;;"
    yield "  esac"
    yield "}"


def _of_verb(verb: Verb) -> str:
    options = [argument.names[0] for argument in (*verb.arguments, *COMMON) if argument.is_option]
    places = [argument for argument in verb.arguments if not argument.is_option]
    words = [choice for place in places for choice in place.choices]
    files = " -f" if any(place.completes == "file" for place in places) else ""
    return _reply(" ".join((*words, *options)), files)


def _reply(words: str, more: str = "") -> str:
    return f'COMPREPLY=($(compgen{more} -W "{words}" -- "$word"))'


def _arguments() -> list[Argument]:
    return [argument for verb in VERBS for argument in verb.arguments] + list(COMMON)
