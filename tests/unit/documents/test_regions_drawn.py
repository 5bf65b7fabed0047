"""Code, string or comment at the cursor, drawn in the text: found with the tree, and in marked rows from the text alone."""

import pytest

from codestral_ls.documents.languages import language_for
from codestral_ls.documents.regions import region_in
from codestral_ls.documents.snapshot import Snapshot

BOTH = [
    ("python", "x = │1", "code"),
    ("python", "x = │'a'", "code"),
    ("python", "x = '│'", "string"),
    ("python", "x = '│a'", "string"),
    ("python", "x = 'a│'", "string"),
    ("python", "x = 'a'│", "code"),
    ("python", "x = ''│", "code"),
    ("python", "x = '│", "string"),
    ("python", "x = 'a│\ny = 2\n", "string"),
    ("python", "x = 'a\\'│\ny = 2\n", "string"),
    ("python", "x = 'a\ny│ = 2\n", "code"),
    ("python", 'x = """a│\n"""', "string"),
    ("python", 'x = """a\n"""│', "code"),
    ("python", 'def f():\n    """Do│\n    x = 1\n', "string"),
    ("python", "x = 1│# c", "code"),
    ("python", "x = 1 #│ c", "comment"),
    ("python", "x = 1 # c│", "comment"),
    ("python", "x = 1 # c│\n", "comment"),
    ("python", "x = 1 # c\n│", "code"),
    ("python", "x = 1 # it's│\ny = 'b'", "comment"),
    ("python", "x = 1 # it's\ny│ = 'b'", "code"),
    ("python", "x = '# a│'", "string"),
    ("javascript", "let a = `x│\ny`", "string"),
    ("javascript", "let a = `x ${b}│ `", "string"),
    ("javascript", "let a = `x│\n", "string"),
    ("javascript", "/* a│ */ b", "comment"),
    ("javascript", "/* a */│ b", "code"),
    ("javascript", "/* a│", "comment"),
    ("javascript", "f(); // a│\nb();", "comment"),
    ("typescript", 'const a: string = "b│";', "string"),
    ("typescriptreact", 'const a = <p className="b│">c</p>;', "string"),
    ("rust", "/// a│\nfn f() {}\n", "comment"),
    ("rust", "/// a\n│fn f() {}\n", "code"),
    ("rust", "fn f<'a>(b: &'a str│) {}", "code"),
    ("rust", 'fn f() { g("a│"); }', "string"),
    ("go", "package a\n\nvar b = `c│\n`\n", "string"),
    ("go", "package a // b│\n", "comment"),
    ("java", 'class A { String b = "c│"; }', "string"),
    ("java", "/** a│ */ class A {}", "comment"),
    ("c", 'char *a = "b│";\n', "string"),
    ("c", "int a; // b│\n", "comment"),
    ("cpp", 'auto a = "b"│;\n', "code"),
    ("csharp", 'class A { string b = "c│"; }', "string"),
    ("csharp", "class A { } // b│", "comment"),
    ("ruby", 'a = "b│"\n', "string"),
    ("ruby", "a = 1 # b│\n", "comment"),
    ("php", "<?php $a = 'b│';", "string"),
    ("php", "<?php # b│\n", "comment"),
    ("shellscript", "a='b│'\n", "string"),
    ("shellscript", "a=1 # b│\n", "comment"),
    ("lua", "local a = 'b│'\n", "string"),
    ("lua", "local a = 1 -- b│\n", "comment"),
    ("lua", "--[[ a\n│ ]] b = 1\n", "comment"),
    ("kotlin", 'val a = "b│"\n', "string"),
    ("kotlin", "val a = 1 // b│\n", "comment"),
    ("scala", 'val a = "b│"\n', "string"),
    ("scala", "/* a│ */ val b = 1\n", "comment"),
    ("json", '{"a│": 1}', "string"),
    ("jsonc", '{"a": 1} // b│\n', "comment"),
    ("html", '<p class="a│">b</p>', "string"),
    ("html", "<!-- a│ --><p>b</p>", "comment"),
    ("html", "<p>it's│</p>", "code"),
    ("css", 'a { content: "b│"; }', "string"),
    ("css", "/* a│ */ b {}", "comment"),
]

TREE_ONLY = [
    ("python", "x = f'a{b│}'", "code"),
    ("python", "x = f'a{b}│'", "string"),
    ("javascript", "let a = `x ${b│} `", "code"),
    ("ruby", 'a = "b #{c│}"\n', "code"),
    ("ruby", "a = <<~B\n  c│\nB\n", "string"),
    ("kotlin", 'val a = "b ${c + d│}"\n', "code"),
    ("scala", 'val a = s"b ${c│}"\n', "code"),
    ("csharp", 'class A { string b = $"c {d│}"; }', "code"),
    ("csharp", 'class A { string b = @"c\\│"; }', "string"),
    ("rust", 'fn f() { let a = r#"b│"#; }', "string"),
    ("rust", 'fn f() { let a = r#"b"#│; }', "code"),
    ("cpp", 'auto a = R"(b│)";\n', "string"),
    ("c", "char a = 'b│';\n", "string"),
    ("go", "package a\n\nvar b = 'c│'\n", "string"),
    ("lua", "local a = [[b│]]\n", "string"),
    ("shellscript", "cat <<END\na│\nEND\n", "string"),
    ("shellscript", 'a="b $(c│)"\n', "code"),
    ("php", '<?php $a = "b│ $c";', "string"),
    ("javascript", "let a = /b│/;", "string"),
    ("typescript", "let a = /b/g│;", "code"),
]

TEXT_ONLY = [
    ("scss", "$a: 'b│';", "string"),
    ("scss", "$a: 1; // b│", "comment"),
    ("yaml", "a: b # c│\n", "comment"),
    ("haskell", "{- a│ -}", "comment"),
    ("haskell", "f' x = x│", "code"),
    ("plaintext", "it's 'fine│", "code"),
    ("klingon", "'a│'", "string"),
]


@pytest.mark.parametrize(("language", "drawn", "region"), BOTH + TREE_ONLY)
def test_by_the_tree(language: str, drawn: str, region: str) -> None:
    snapshot = Snapshot.of(drawn.replace("│", ""), drawn.index("│"), language)
    tree = snapshot.tree()
    assert tree is not None
    assert tree.region_at(snapshot.offset) == region


@pytest.mark.parametrize(("language", "drawn", "region"), BOTH + TEXT_ONLY)
def test_by_the_text_alone(language: str, drawn: str, region: str) -> None:
    text, offset = drawn.replace("│", ""), drawn.index("│")
    assert region_in(text, 0, offset, language_for(language)) == region


@pytest.mark.parametrize(("language", "drawn", "region"), TEXT_ONLY)
def test_other_languages_by_their_tree_or_by_the_text_alone(language: str, drawn: str, region: str) -> None:
    snapshot = Snapshot.of(drawn.replace("│", ""), drawn.index("│"), language)
    assert snapshot.region() == region


@pytest.mark.parametrize("opener", ["'''", "'", "/*", "`", '"'])
@pytest.mark.parametrize("language", ["python", "javascript", "rust", "lua", "klingon"])
def test_long_unclosed_text_full_of_backslashes_is_read_once(language: str, opener: str) -> None:
    text = opener + "\\\\a" * 20_000  # with backtracking this would not end within the test's time limit
    assert region_in(text, 0, len(text), language_for(language)) in ("code", "string", "comment")
