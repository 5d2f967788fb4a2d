import hashlib
from typing import Any

from django.db import models


class SealedTextField(models.TextField):
    pass


class BlindIndexField(models.CharField):
    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("editable", False)
        self.source = source
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        n, p, a, k = super().deconstruct()
        k["source"] = self.source
        return n, p, a, k

    def pre_save(self, instance: Any, add: bool) -> Any:
        value = self.blinds(getattr(instance, self.source))[0]
        setattr(instance, self.attname, value)
        return value

    def blinds(self, value: str) -> list[str]:
        return [hashlib.sha256(value.encode()).hexdigest()]
