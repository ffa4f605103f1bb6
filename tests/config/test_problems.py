from gateway.config.problems import Problem, SettingsError, dotted, format_problems


def test_a_problem_reads_as_file_line_key_and_the_nearest_known_key() -> None:
    problem = Problem("poterne.toml", 12, "backend.exchange.host", "unknown key", "hosts")
    assert format_problems([problem]) == ('poterne.toml:12: backend.exchange.host: unknown key; did you mean "hosts"?')


def test_a_problem_of_the_whole_file_has_no_line_and_no_key() -> None:
    assert format_problems([Problem("poterne.toml", 0, "", "cannot be read")]) == "poterne.toml: cannot be read"


def test_a_key_that_attacks_the_terminal_is_shown_harmless() -> None:
    assert "\x1b" not in format_problems([Problem("p.toml", 1, dotted(("\x1b[2J",)), "unknown key")])


def test_paths_are_written_as_toml_writes_keys_and_lists_count_from_one() -> None:
    assert dotted(("domain", "office.example", "policy")) == 'domain."office.example".policy'
    assert dotted(("relay_client", 0, "addresses", 2)) == "relay_client[1].addresses[3]"
    assert dotted(('a"b',)) == '"a\\"b"'


def test_the_error_carries_all_problems_and_reads_as_their_lines() -> None:
    problems = [Problem("a", 1, "x", "m"), Problem("a", 2, "y", "n")]
    error = SettingsError(problems)
    assert error.problems == tuple(problems)
    assert str(error) == "a:1: x: m\na:2: y: n"
