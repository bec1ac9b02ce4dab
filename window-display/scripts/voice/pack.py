"""A pack on disk: LANGUAGE/voice.toml, and beside it the clips that it names."""

import hashlib
import json
import os
import sys
import time
import tomllib

import numpy as np
import soundfile

import loudness
from fetch import MODEL, MODEL_SHA256, VOICES, Trouble, write
from kokoro import RATE_HZ, SPEED, Kokoro
from sentences import sentence

FORMAT = 1
LICENCE = "Apache-2.0"
# Between two writings of the manifest; what is built so far can already be spoken.
WRITE_EVERY = 20
NAMES = {"zh": "Mandarin", "en": "English"}


class Pack:
    """The pack of one language."""

    def __init__(self, into, language):
        self.folder, self.language = into / language, language
        self.folder.mkdir(parents=True, exist_ok=True)
        self.units = {unit["id"]: unit for unit in self.read()}

    def read(self):
        path = self.folder / "voice.toml"
        if not path.exists():
            return []
        try:
            manifest = tomllib.loads(path.read_text("utf-8"))
            if manifest["format"] != FORMAT or manifest["recipe"] != recipe(self.language):
                return []
            return manifest["unit"]
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise Trouble(f"{path} is damaged ({error}): delete it. {path} 已损坏，请删除。") from error

    def has(self, unit):
        known = self.units.get(unit.id)
        if not known or known["text"] != unit.text or not as_it_should_be(known["lufs"], known["peak_dbtp"]):
            return False
        return sha256(self.folder / known["file"]) == known["sha256"]

    def add(self, unit, samples):
        file = f"{unit.id}.ogg"
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        measured = encode(path, samples)
        self.units[unit.id] = {
            "id": unit.id,
            "file": file,
            "text": unit.text,
            **measured,
            "sha256": sha256(path),
            "source": "kokoro",
            "licence": LICENCE,
        }

    def write(self):
        lines = [
            "# A recorded voice of Yihao, made by window-display/scripts/voice-pack; docs/VOICE.md explains it. 语音包清单。",
            f"format = {FORMAT}",
            f"language = {text(self.language)}",
            f"recipe = {text(recipe(self.language))}",
            "",
            "[sources.kokoro]",
            f"what = {text(f'Kokoro-82M 1.0 by hexgrad, {MODEL}, voice {VOICES[self.language]}')}",
            f"sha256 = {text(MODEL_SHA256)}",
            f"licence = {text(LICENCE)}",
        ]
        for unit in sorted(self.units.values(), key=lambda unit: unit["id"]):
            lines += ["", "[[unit]]"]
            lines += [f"{key} = {text(value) if isinstance(value, str) else value}" for key, value in unit.items()]
        write(self.folder / "voice.toml", ("\n".join(lines) + "\n").encode())


def recipe(language):
    """What the clips of a pack have in common; another recipe makes another pack."""
    return f"{VOICES[language]} {SPEED[language]} {loudness.LUFS} 1"


def as_it_should_be(lufs, peak_dbtp):
    return abs(lufs - loudness.LUFS) <= loudness.LUFS_OFF_MAX and peak_dbtp <= loudness.TRUE_PEAK_DBTP_MAX


def encode(path, samples):
    """Writes Ogg Vorbis, and measures what comes out of it again."""
    highest_db = loudness.AIM_DBTP
    for _ in range(8):
        beside = path.with_name(path.name + ".new")
        soundfile.write(beside, samples, RATE_HZ, format="OGG", subtype="VORBIS")
        heard, _ = soundfile.read(beside)
        lufs, peak = loudness.loudness(heard, RATE_HZ), loudness.true_peak(heard)
        if as_it_should_be(lufs, peak):
            os.replace(beside, path)
            ms = round(len(heard) * 1_000 / RATE_HZ)
            return {"ms": ms, "lufs": round(lufs, 2), "peak_dbtp": round(peak, 2)}
        # The encoder's wave goes beyond that which it was given.
        highest_db -= max(0.0, peak - loudness.TRUE_PEAK_DBTP_MAX) + 0.2
        samples = loudness.limited(samples, RATE_HZ, 10.0 ** (highest_db / 20.0))
    raise Trouble(f"{path.name} has {lufs:.1f} LUFS, {peak:.1f} dBTP and cannot be mended. 音量不符合要求。")


def build(cache, into, languages, wanted, threads):
    """What is wanted of each language, the languages in turn."""
    packs = {language: Pack(into, language) for language in languages}
    each = [[(language, unit) for unit in wanted(language)] for language in languages]
    return make(cache, packs, [one for together in zip(*each) for one in together], threads)


def say(cache, into, language, texts, threads):
    """Any other sentences."""
    wanted = [(language, sentence(language, text)) for text in texts]
    status = make(cache, {language: Pack(into, language)}, wanted, threads)
    for _, unit in wanted:
        print(f"{language}/{unit.id}.ogg {unit.text}")
    return status


def make(cache, packs, wanted, threads):
    missing = [(language, unit) for language, unit in wanted if not packs[language].has(unit)]
    if not missing:
        progress(f"All {len(wanted)} units are there. 语音已齐全。\n")
        return 0
    kokoro, begin = Kokoro(cache, threads), time.monotonic()
    try:
        for done, (language, unit) in enumerate(missing, 1):
            samples = loudness.levelled(kokoro.speak(language, unit.phonemes), RATE_HZ)
            packs[language].add(unit, samples)
            left_s = (time.monotonic() - begin) / done * (len(missing) - done)
            progress(f"\r{done}/{len(missing)} {language} {unit.text}: {left_s / 60:.0f} min left 剩余分钟\x1b[K")
            if done % WRITE_EVERY == 0:
                [pack.write() for pack in packs.values()]
    finally:
        [pack.write() for pack in packs.values()]
        progress("\n")
    return 0


def check(into, languages):
    """Measures every clip as it lies on disk."""
    wrong, count, lufs = 0, 0, []
    for language in languages:
        pack = Pack(into, language)
        for unit in pack.units.values():
            trouble = faults(pack.folder / unit["file"], unit, lufs)
            count += 1
            if trouble:
                wrong += 1
                print(f"{language}/{unit['file']}: {trouble}")
    spread = f", {min(lufs):.2f} to {max(lufs):.2f} LUFS" if lufs else ""
    print(f"{count} clips, {wrong} wrong{spread}. 共{count}段，{wrong}段有误。")
    return 0 if count and not wrong else 1


def faults(path, unit, lufs):
    if not path.exists():
        return "missing 缺少"
    if sha256(path) != unit["sha256"]:
        return "not the file that the manifest names 校验和不符"
    heard, rate_hz = soundfile.read(path)
    found, peak = loudness.loudness(heard, rate_hz), loudness.true_peak(heard)
    lufs.append(found)
    if not as_it_should_be(found, peak):
        return f"{found:.2f} LUFS, {peak:.2f} dBTP 音量不符"
    return None


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def text(value):
    """A TOML string; JSON writes the same for what stands in a manifest."""
    return json.dumps(value, ensure_ascii=False)


def progress(line):
    # Into a log it is one line for each unit.
    print(line if sys.stderr.isatty() else line.strip("\r").replace("\x1b[K", "\n"), end="", file=sys.stderr, flush=True)
