"""llama.cpp from another package's wheel: only the named version, only where it runs, only with the declared layout."""

from __future__ import annotations

import ctypes
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from codestral_ls.errors import ModelError
from codestral_ls.host import engine_package, llama, prebuilt
from codestral_ls.host.layouts import another_layout, lacking
from codestral_ls.host.shared_libraries import Library

ROOT = Path(__file__).parents[3]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the prebuilt library is Linux's")


def test_what_is_installed_for_development_is_the_pair_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    locked = (ROOT / "requirements.lock").read_text().replace("_", "-")
    for package, version in (prebuilt.DECLARATIONS, prebuilt.WHEEL):
        assert any(entry == f"{package}=={version}" for entries in project.values() for entry in entries)
        assert re.search(rf"^{package}=={re.escape(version)}$", locked, re.MULTILINE)
    script = (ROOT / ".ci" / "prebuilt_runs.py").read_text()
    assert set(re.findall(r'"(\w+)"', script.partition("PROCESSOR = {")[2].partition("}")[0])) == prebuilt.PROCESSOR


@pytest.fixture(params=["package", "wheel"])
def found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> prebuilt.Prebuilt:
    """All prebuilt libraries that can be installed here."""
    if request.param == "wheel":
        monkeypatch.setattr(engine_package, "installed", lambda: None)
    prebuilt_library = prebuilt.find()
    assert prebuilt_library is not None
    if request.param == "package" and prebuilt_library.backends is None:
        pytest.skip("the libraries from npm are not installed here (there was no npm)")
    return prebuilt_library


@LINUX
def test_the_library_has_the_layout_of_the_declarations(found: prebuilt.Prebuilt) -> None:
    api, library = llama.load(), Library(found.files)
    assert lacking(library) == ""
    assert another_layout(api, library) == ""


@LINUX
def test_a_field_more_or_less_is_noticed(found: prebuilt.Prebuilt) -> None:
    api, library = llama.load(), Library(found.files)

    def without(structure: type[ctypes.Structure], name: str) -> type[ctypes.Structure]:
        fields = [field for field in structure._fields_ if field[0] != name]
        return type("Other", (ctypes.Structure,), {"_fields_": fields})

    known = {"llama_context_params": api.llama_context_params, "llama_model_params": api.llama_model_params}
    for changed, field in (
        ("llama_context_params", "n_rs_seq"),
        ("llama_context_params", "ctx_other"),
        ("llama_model_params", "lazy_mode"),
    ):
        other = SimpleNamespace(**{**known, changed: without(known[changed], field)})
        if field == "ctx_other":
            assert "bytes where" in another_layout(other, library)
        else:
            assert another_layout(other, library)


@LINUX
def test_a_function_that_is_missing_is_an_error_when_it_is_called(found: prebuilt.Prebuilt) -> None:
    missing = Library(found.files).llama_no_such_function
    missing.argtypes = []
    with pytest.raises(ModelError, match="llama_no_such_function"):
        missing()


@pytest.mark.parametrize(
    ("machine", "flags", "lacks"),
    [
        ("x86_64", {"avx2", "fma", "f16c", "bmi2", "avx512f"}, ""),
        ("x86_64", {"avx", "sse4_2"}, "AVX2, BMI2, F16C, FMA"),
        ("x86_64", set(), "AVX2"),
        ("aarch64", set(), ""),
    ],
)
def test_a_processor_that_it_was_not_compiled_for(machine: str, flags: set[str], lacks: str) -> None:
    said = prebuilt.unsuited(prebuilt.PROCESSOR, machine, flags)
    assert lacks in said
    assert bool(said) is bool(lacks)


def test_another_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_package, "installed", lambda: None)
    monkeypatch.setattr(prebuilt, "version_of", lambda _package: "2026.10.11549")
    assert prebuilt.find() is None
    with pytest.raises(ModelError, match=r"goes with llama-cpp-python 0\.3\.36, not 2026"):
        prebuilt.enter(prebuilt.Prebuilt("nobody's", (Path("/nowhere.so"),)))


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_the_wheel_of_xllamacpp_is_for_linux_alone(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(engine_package, "installed", lambda: None)
    monkeypatch.setattr(sys, "platform", system)
    assert prebuilt.find() is None


def test_a_library_of_llama_cpp_pythons_own_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "llama_cpp"
    (package / "lib").mkdir(parents=True)
    spec = SimpleNamespace(submodule_search_locations=[str(package)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)
    mine = prebuilt.Prebuilt("xllamacpp 2026.9.11063", (Path("prebuilt.so"),))
    monkeypatch.setattr(prebuilt, "find", lambda: mine)
    monkeypatch.delenv("LLAMA_CPP_LIB_PATH", raising=False)
    assert llama.beneath_declarations() == mine
    assert llama.llama_cpp() == "xllamacpp 2026.9.11063"
    (package / "lib" / "libllama.so").touch()
    assert llama.beneath_declarations() is None
    assert llama.llama_cpp() == "llama-cpp-python 0.3.36"
    (package / "lib" / "libllama.so").unlink()
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(tmp_path))
    assert llama.beneath_declarations() is None
