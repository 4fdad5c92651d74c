"""What pip builds out of this repository (PEP 517): a package without files that depends on the wheel of the version of Cargo.toml."""

import re
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', manifest, re.MULTILINE).group(1)
    name = f"equerre_pre_commit-{version}"
    info = f"{name}.dist-info"
    files = {
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: equerre-pre-commit\n"
        f"Version: {version}\nRequires-Dist: equerre=={version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: equerre\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(Path(wheel_directory) / f"{name}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)
    return f"{name}-py3-none-any.whl"


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("equerre is published as a wheel")
