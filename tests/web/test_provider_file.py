"""The file of identity providers, and the other settings of signing in: what is wrong is told."""

from pathlib import Path

import pytest

from hembesok.web.oidc.provider import ProviderError, read_providers
from tests.docs.test_set_up import run_command

GOOD = {
    "label": '"Tjänstelegitimation"',
    "issuer": '"https://idp.example"',
    "client_id": '"hembesok"',
    "client_secret_file": '"secret"',
    "claim": '"sub"',
    "acr": "[]",
}


@pytest.fixture(autouse=True)
def _a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("not for any eyes\n")
    (tmp_path / "empty").write_text("\n")


def written(key: str = "siths", **changed: str | None) -> str:
    values = GOOD | changed
    lines = [f"{name} = {value}" for name, value in values.items() if value is not None]
    Path("file.toml").write_text("\n".join([f"[{key}]", *lines]))
    return "file.toml"


def test_a_file_is_read_and_its_secret_is_not_shown():
    provider = read_providers(written())["siths"]
    assert provider.client_secret == "not for any eyes"
    assert "not for any eyes" not in repr(provider)
    assert provider.label_en == provider.label
    assert provider.auth_time


def test_without_a_file_there_is_no_provider():
    assert read_providers("") == {}


def test_providers_stand_in_the_order_of_the_file():
    Path("file.toml").write_text(
        "".join(
            f"[{key}]\n" + "".join(f"{name} = {value}\n" for name, value in GOOD.items())
            for key in ("siths", "kommun", "annan")
        )
    )
    assert list(read_providers("file.toml")) == ["siths", "kommun", "annan"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"label": None}, "write label"),
        ({"label": '""'}, "write label"),
        ({"issuer": '"http://idp.example"'}, "https://"),
        ({"issuer": "1"}, "write issuer"),
        ({"client_secret_file": '"nowhere"'}, "nowhere"),
        ({"client_secret_file": '"empty"'}, "is empty"),
        ({"claim": None}, "write claim"),
        ({"acr": None}, "write acr"),
        ({"acr": '"loa3"'}, "write acr"),
        ({"scopes": '["profile"]'}, "openid"),
        ({"auth_time": '"no"'}, "true or false"),
        ({"client_secret": '"x"'}, "client_secret is not known"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changed: dict[str, str | None], words: str):
    file = written("siths", **changed)
    with pytest.raises(ProviderError, match=words) as refused:
        read_providers(file)
    assert "file.toml, [siths]" in str(refused.value)


@pytest.mark.parametrize("key", ["Siths", '"a/b"', '"å"', "a_b"])
def test_a_key_is_fit_for_an_address(key: str):
    with pytest.raises(ProviderError, match="small letters"):
        read_providers(written(key))


@pytest.mark.parametrize("content", [b"[a", b"", b"\xff", b"a = 1"])
def test_what_is_no_file_of_providers_is_told(content: bytes):
    Path("file.toml").write_bytes(content)
    with pytest.raises(ProviderError, match=r"file\.toml"):
        read_providers("file.toml")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEMBESOK_OIDC", "nowhere.toml"),
        ("HEMBESOK_MFA", "sometimes"),
        ("HEMBESOK_LOCAL_ACCOUNTS", "perhaps"),
        ("HEMBESOK_LOCK_AFTER", "0"),
        ("HEMBESOK_TRIES", "1"),
        ("HEMBESOK_SESSION_HOURS", "x"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_line(tmp_path: Path, name: str, value: str):
    done = run_command("check", folder=tmp_path, **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1
