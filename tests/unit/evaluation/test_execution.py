"""Programs that read and print, built and run in the fence; how outputs are compared and a Java program's class is found."""

from __future__ import annotations

import pytest

from codestral_ls.evaluation import execution
from codestral_ls.evaluation.execution import passing
from codestral_ls.evaluation.program import Program, ProgramTest, main_class, public_class, toolchain
from codestral_ls.evaluation.trial_runner import matches
from codestral_ls.fence.kinds import find_fence

fenced = pytest.mark.skipif(find_fence() == "none", reason="no fence holds on this machine")

ADDING = {
    "python": "a, b = map(int, input().split())\nprint(a + b)\n",
    "cpp": "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }\n",
    "java": """
import java.util.Scanner;
class Adder { int of(int a, int b) { return a + b; } }
public class Sum {
    public static void main(String[] given) {
        Scanner in = new Scanner(System.in);
        System.out.println(new Adder().of(in.nextInt(), in.nextInt()));
    }
}
""",
}
TESTS = (ProgramTest("1 2", ("4", "3")), ProgramTest("20 -3\n", ("17\n",)))


@fenced
@pytest.mark.slow
@pytest.mark.parametrize("language", ADDING)
def test_a_program_passes_if_every_output_is_one_of_the_right_ones(language: str) -> None:
    right = Program(language, ADDING[language], TESTS)
    if toolchain(right) is None:
        pytest.skip(f"no compiler for {language} on this machine")
    wrong = Program(language, ADDING[language].replace("a + b", "a - b"), TESTS)
    broken = Program(language, ADDING[language].replace("(", "", 1), TESTS)
    assert passing([right, wrong, broken]) == [True, False, False]


@fenced
def test_a_language_without_a_compiler_is_not_tested_and_the_others_are() -> None:
    prints = "print(input())"
    programs = [Program("cobol", "x", TESTS), Program("python", prints, (ProgramTest("y", ("YES", "y")),))]
    assert passing([*programs, Program("cobol", "x")]) == [None, True, None]


@fenced
@pytest.mark.slow
def test_an_endless_program_fails_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "SECONDS", 0.5)
    assert passing([Program("python", "while True: pass", TESTS), Program("python", "x = 1")]) == [False, True]


@pytest.mark.parametrize(
    ("printed", "wanted", "same"),
    [
        ("1 2\n3", "1  2\n3\n", True),
        ("0.5", "0.50", True),
        ("0.5000000000001", "0.5", True),
        ("0.50001", "0.5", False),
        ("YES", "Yes", True),
        ("ABBA", "abba", False),
        ("1", "1 1", False),
        ("", "", True),
        ("nan", "1", False),
        ("1e9999999", "-1e9999999", False),
        ("1" + 40 * "0" + "1", "1" + 40 * "0" + "2", False),
        ("007", "7", True),
    ],
)
def test_outputs_are_compared_word_by_word(printed: str, wanted: str, same: bool) -> None:
    assert matches(printed, wanted) is same


@pytest.mark.parametrize(
    ("text", "public", "main"),
    [
        ("class A {}\npublic class B { public static void main(String[] a) {} }", "B", "B"),
        ("public final class C {}", "C", "C"),
        ("class A {}\nclass D { static class E {}\n public static void main(String[] a) {} }\nclass F {}", "", "D"),
        ("class A { public static void main(String[] a) {} }\nclass B {}", "", "A"),
        ("interface X {}", "", "Main"),
    ],
)
def test_the_class_to_start(text: str, public: str, main: str) -> None:
    assert (public_class(text), main_class(text)) == (public, main)
