"""Nothing secret that stands in ivrkit.yaml is shown beside what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.configuration import load_configuration

SECRET = "s3cr3t-4929123412341234"


def refused(folder: Path, text: str) -> str:
    file = folder / "ivrkit.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(file, environment={})
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"asterisk: {{user: ivrkit, pasword: {SECRET}}}\n",
        f"asterisk: {{passwort: {SECRET}}}\n",
        f"asterisk: {{password: {SECRET}, usr: x}}\n",
        f"asterisk: {{password: [{SECRET}]}}\n",
        f"asterisk: {{password: {{a: {SECRET}}}}}\n",
        f"store: {{key: '{SECRET}', power_safe: perhaps}}\n",
        f"store: {{url: 'postgresql://ivrkit:{SECRET}@db/ivrkit', path: x, more: y}}\n",
        f"media: {{url: 'ftp://me:{SECRET}@files'}}\n",
        f"asterisk:\n  password: |\n    {SECRET}\n  usr: x\n",
        f'asterisk:\n  password: "{SECRET}\n',
        f"asterisk:\n  password: |\n    {SECRET}\n   {SECRET}\n",
        f"asterisk:\n\tpassword: {SECRET}\n",
        f"asterisk: {{password: {SECRET}\n",
        f"asterisk: {{password: {SECRET}}}}}\n",
        f"asterisk:\n  password: {SECRET}\n  password: {SECRET}\n",
        f"connectors: {{http: {{crm: {{url: 'http://crm', headers: {{Authorization: {SECRET}}}, "
        "x: y}}}\n",
        f"connectors: {{database: {{crm: {{dsn: x, password: {SECRET}, x: y}}}}}}\n",
        f"api: {{tokens: [{{name: crm, token: {SECRET}, scope: [tail]}}]}}\n",
        f"webhook: {{url: 'http://crm', secret: {SECRET}, x: y}}\n",
        f"- {SECRET}\n- b\n",
        f"{SECRET}\n",
    ],
)
def test_no_secret_is_shown(tmp_path: Path, text: str) -> None:
    said = refused(tmp_path, text)
    assert "error[" in said
    assert SECRET not in said
    assert SECRET[8:] not in said


def test_what_is_wrong_is_shown_where_it_is_none(tmp_path: Path) -> None:
    assert "api: {port: 80a}" in refused(tmp_path, "api: {port: 80a}\n")
    said = refused(tmp_path, "asterisk: {password: abc, url: [x], user: ${NAME}}\n")
    assert "asterisk: {password: •••, url: [" in said
    assert "user: ${NAME}}" in said
