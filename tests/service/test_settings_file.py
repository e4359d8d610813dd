from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.configuration import Configuration, load_configuration


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str, **environment: str) -> Configuration:
    Path("ivrkit.yaml").write_text(text)
    return load_configuration(environment=environment)


def refused(text: str, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(text, **environment)
    return str(caught.value)


@pytest.mark.usefixtures("folder")
class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                "asterisk:\n  pasword: x\n",
                "ivrkit.yaml:2:3: error[unknown-field]: there is no setting 'pasword' here\n"
                "    2 |   pasword: •\n"
                "      |   ^^^^^^^\n"
                "  hint: did you mean 'password'?",
            ),
            (
                "api:\n  tokens:\n  - name: crm\n    scope: [tail]\n",
                "ivrkit.yaml:4:5: error[unknown-field]: there is no setting 'scope' here",
            ),
            ("api:\n  port: 80a\n", "ivrkit.yaml:2:9: error[bad-value]: 'port' should be a whole"),
            ("api: {port: 99999}\n", "ivrkit.yaml:1:13: error[bad-value]: 'port' should be less"),
            ("numbers: {800: {with: {}}}\n", "ivrkit.yaml:1:11: error[missing-field]: the set"),
            ("numbers: {800: [bank]}\n", "ivrkit.yaml:1:11: error[wrong-form]: '800' is written"),
            ("asterisk: yes\n", "ivrkit.yaml:1:1: error[wrong-form]: 'asterisk' is written as a"),
            ("- a\n- b\n", "ivrkit.yaml:1:3: error[wrong-form]: settings are written as"),
            ("retention: {trace: 30}\n", "'trace': '30' is not a duration (write a duration as"),
            ("retention: {trace: 0s}\n", "ivrkit.yaml:1:20: error[bad-value]: 'trace' should be"),
            ("limits: {calls: 5}\nlimits: {calls: 6}\n", "ivrkit.yaml:2:1: error[duplicate-key]"),
            ("asterisk:\n\tuser: x\n", "error[tab]"),
            ("? [a]\n: b\n", "this is no name of a setting"),
        ],
    )
    def test_is_told_at_its_place(self, text: str, said: str) -> None:
        assert said in refused(text)

    def test_all_at_once(self) -> None:
        said = refused("flow: x\napi: {port: z, hosts: y}\nstore: {power_safe: perhaps}\n")
        assert said.count("error[") == 4
        assert "did you mean 'flows'?" in said
        assert "'power_safe' should be true or false" in said

    def test_a_variable_that_is_missing_is_named_with_its_place(self) -> None:
        said = refused("asterisk:\n  user: ivr\n  password: ${ARI_PASSWORD}\n", OTHER="x")
        assert "ivrkit.yaml:3:13: error[bad-value]: the environment has no variable" in said
        assert "export ARI_PASSWORD=" in said

    @pytest.mark.parametrize("text", ["${}", "${A B}", "${ARI", "${1}"])
    def test_a_variable_that_cannot_be_one(self, text: str) -> None:
        assert "names no variable" in refused(f"asterisk:\n  user: {text}\n")

    def test_a_variable_in_a_name_is_no_variable(self) -> None:
        assert "there is no setting '${P}' here" in refused("${P}: x\n", P="asterisk")

    def test_a_secret_of_the_environment_is_not_shown(self) -> None:
        said = refused('api: {port: "${P}"}\nasterisk:\n  url: ${P}\n', P="hush-hush")
        assert said.count("error[") == 2
        assert "hush-hush" not in said

    def test_a_file_that_is_missing_or_a_folder(self, folder: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"there is no file other\.yaml"):
            load_configuration(Path("other.yaml"))
        Path("ivrkit.yaml").mkdir()
        with pytest.raises(ConfigurationError, match="is a directory"):
            load_configuration()

    def test_a_file_that_is_no_text(self) -> None:
        Path("ivrkit.yaml").write_bytes(b"asterisk: \xff\xfe")
        with pytest.raises(ConfigurationError, match="not UTF-8"):
            load_configuration()


@pytest.mark.usefixtures("folder")
class TestValues:
    def test_variables_are_filled_in_and_never_read_as_yaml(self) -> None:
        found = read(
            'asterisk: {password: "${P}", user: "a${U}b$${U}"}\n', P="x: {y} # z", U="-"
        ).asterisk
        assert found.password.get_secret_value() == "x: {y} # z"
        assert found.user == "a-b${U}"

    def test_variables_need_no_quotes_in_brackets(self) -> None:
        found = read("asterisk: {password: ${P}, user: ${U}-${U}}\n", P="}{", U="u").asterisk
        assert found.password.get_secret_value() == "}{"
        assert found.user == "u-u"

    def test_the_password_alone_is_enough(self) -> None:
        found = read("asterisk:\n  password: ${P}\n", P="secret")
        assert found.asterisk.password.get_secret_value() == "secret"
        assert "secret" not in repr(found)

    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "\n\n"])
    def test_an_empty_file_means_the_defaults(self, text: str) -> None:
        assert read(text).model_dump() == Configuration().placed(Path()).model_dump()

    def test_what_is_empty_is_not_given(self) -> None:
        found = read("numbers:\napi:\n  host:\n")
        assert found.model_dump() == Configuration().placed(Path()).model_dump()

    def test_numbers_keep_the_digits_that_were_written(self) -> None:
        found = read("numbers:\n  0800: bank\n  +4930: {flow: clinic, with: {n: 012}}\n").numbers
        assert list(found) == ["0800", "+4930"]
        assert found["+4930"].with_ == {"n": "012"}
