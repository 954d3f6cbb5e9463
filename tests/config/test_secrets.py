from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import TypeAdapter, ValidationError

from secondline_tui.config.secrets import Place, Secret, SecretError

SECRET: TypeAdapter[Place] = TypeAdapter(Secret)


def resolve(raw: object) -> str:
    return SECRET.validate_python(raw).resolve()


def test_from_itself() -> None:
    assert resolve("hunter2") == "hunter2"


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    assert resolve({"env": "MY_TOKEN"}) == "hunter2"
    monkeypatch.delenv("MY_TOKEN")
    with pytest.raises(SecretError, match="environment variable MY_TOKEN is not set"):
        resolve({"env": "MY_TOKEN"})


def test_a_secret_in_place_of_its_variable_s_name_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as failed:
        resolve({"env": "s3cret/token="})
    assert "s3cret" not in failed.value.errors()[0]["msg"]


def test_from_a_command_without_a_shell() -> None:
    assert resolve({"command": [sys.executable, "-c", "print('hunter2'); print('user: x')"]}) == "hunter2"
    assert resolve({"command": ["echo", "$HOME; true"]}) == "$HOME; true"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["no-such-command-here"], "cannot be run"),
        ([sys.executable, "-c", "import sys; print('s3cret'); sys.exit(3)"], "ended with 3"),
        ([sys.executable, "-c", "pass"], "printed nothing"),
    ],
)
def test_a_failing_command(command: list[str], reason: str) -> None:
    with pytest.raises(SecretError, match=reason) as failed:
        resolve({"command": command})
    assert "s3cret" not in str(failed.value)


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondline_tui.config.secrets.COMMAND_SECONDS", 0.1)
    with pytest.raises(SecretError, match="took over"):
        resolve({"command": ["sleep", "5"]})


def test_from_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("hunter2\n")
    path.chmod(0o600)
    assert resolve({"file": str(path)}) == "hunter2"
    path.chmod(0o640)
    with pytest.raises(SecretError, match="can be read by others: chmod 600"):
        resolve({"file": str(path)})
    path.chmod(0o600)
    path.write_text("\n")
    with pytest.raises(SecretError, match="is empty"):
        resolve({"file": str(path)})
    path.write_bytes(b"hunter2\xff")
    with pytest.raises(SecretError, match="is not UTF-8 text"):
        resolve({"file": str(path)})
    with pytest.raises(SecretError, match="No such file"):
        resolve({"file": str(tmp_path / "missing")})


def test_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    class KeyringError(Exception):
        pass

    held = {("pd", "secondline-tui"): "hunter2"}
    fake = SimpleNamespace(get_password=lambda *key: held.get(key), errors=SimpleNamespace(KeyringError=KeyringError))
    monkeypatch.setitem(sys.modules, "keyring", fake)
    assert resolve({"keyring": "pd"}) == "hunter2"
    with pytest.raises(SecretError, match="holds nothing for service zd"):
        resolve({"keyring": "zd"})

    def locked(*_: str) -> str:
        raise KeyringError("hunter2 is locked")

    monkeypatch.setattr(fake, "get_password", locked)
    with pytest.raises(SecretError) as failed:
        resolve({"keyring": "pd"})
    assert "hunter2" not in str(failed.value)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="pip install"):
        resolve({"keyring": "pd"})
