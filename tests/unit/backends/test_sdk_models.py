"""The SDK's wrapper classes are created only once; creating them takes half of the time of an answer here."""

from __future__ import annotations

from typing import Annotated, Any, Union

from codestral_ls.backends.sdk_transport import _keep_models, _KeptModels


def test_the_sdk_makes_each_class_once(monkeypatch: Any) -> None:
    from mistralai.client import models
    from mistralai.client.utils import serializers

    made: list[str] = []
    make = serializers.__dict__["create_model"]
    make = make._make if isinstance(make, _KeptModels) else make

    def counted(name: str, **fields: Any) -> type:
        made.append(name)
        found: type = make(name, **fields)
        return found

    monkeypatch.setitem(vars(serializers), "create_model", counted)
    _keep_models()
    _keep_models()
    for index in range(3):
        usage = {"prompt_tokens": index, "completion_tokens": 1, "total_tokens": index + 1}
        assert serializers.unmarshal(usage, models.UsageInfo).prompt_tokens == index
        assert vars(serializers)["marshal_json"](models.UsageInfo(prompt_tokens=index), models.UsageInfo)
    assert sorted(made) == ["Marshaller", "Unmarshaller"]


def test_only_the_same_is_the_same() -> None:
    made: list[object] = []

    def make(_name: str, **fields: Any) -> type:
        made.append(fields)
        return type("Made", (), {})

    kept = _KeptModels(make)

    def one(type_: object, **more: Any) -> type:
        return kept("A", body=(type_, ...), __config__={}, **more)

    assert one(int) is one(int)
    assert one(int) is not kept("B", body=(int, ...), __config__={})
    assert one(Union[int, str]) is not one(Union[str, int])  # noqa: UP007 - their order decides
    assert one(Annotated[int, []]) is not one(Annotated[int, []]), "what cannot be hashed is made anew"
    assert one(int, other=1) is not one(int, other=1), "what has other fields, too"
