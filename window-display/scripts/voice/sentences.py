"""What is said, and how it is pronounced: units of sentences in Mandarin and English.

A number is spoken digit by digit but recorded as one unit, together with the words before it: put together from single
digits it was understood in 4 of 20 cases, as a unit in 20 of 20.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from fetch import Trouble

# What the page of a dispenser says.
SPOKEN = Path(__file__).resolve().parents[3] / "caller-server/web/src/lib/words/spoken.json"
# More than so many ahead are not recorded.
AHEAD_MAX = 60
DIGITS_ZH = "零一二三四五六七八九"
PINYIN = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
# How halls in China call letters. Judged: A, B, C. Some sound like digits (E, I, Q, U): choose others for lanes.
LETTERS_ZH = {
    "A": "ei1", "B": "bi4", "C": "", "D": "di4", "E": "yi4", "F": "ai2 fu2", "G": "ji4", "H": "ei1 chi2", "I": "ai4",
    "J": "jie4", "K": "kei4", "L": "ai2 lou1", "M": "ai2 mu2", "N": "en1", "O": "ou1", "P": "pi4", "Q": "kou4",
    "R": "a4 er2", "S": "ai2 si1", "T": "ti4", "U": "you1", "V": "wei1", "W": "da2 bu4 liu4", "X": "ai4 ke4 si1",
    "Y": "wai4", "Z": "zei4",
}  # fmt: skip
# No syllable of Mandarin is /si/; what is written si is another vowel.
SYLLABLE_C = "si→"
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()


@dataclass(frozen=True)
class Unit:
    """One clip: its name, its words, and its sounds for the model."""

    id: str
    text: str
    phonemes: str


def head(language, letter, n):
    """请A零一二号 / Ticket number A, zero, one, two"""
    digits = [int(digit) for digit in f"{n:03}"]
    if language == "zh":
        syllables = [ipa("qing3"), letter_zh(letter), *(ipa(PINYIN[digit]) for digit in digits), ipa("hao4")]
        text = f"请{letter}{''.join(DIGITS_ZH[digit] for digit in digits)}号"
        return Unit(f"head/{letter}{n:03}", text, " ".join(syllables) + ",")
    text = f"Ticket number {letter}, {', '.join(ONES[digit] for digit in digits)},"
    return Unit(f"head/{letter}{n:03}", text.rstrip(","), english(text))


def tail(language, window):
    """到五号窗口办理业务 / please go to window five"""
    if language == "zh":
        words = ["到", f"{cardinal_zh(window)}号", "窗口", "办理", "业务"]
        return Unit(f"tail/{window:02}", "".join(words), " ".join(mandarin(word) for word in words) + ".")
    text = f"please go to window {cardinal_en(window)}."
    return Unit(f"tail/{window:02}", text.rstrip("."), english(text))


def sentence(language, text, words=None):
    """Any other sentence, under the name by which it is found: the beginning of its SHA-256. `words`: how it is spoken."""
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    spoken = english(words or text) if language == "en" else mandarin(words or text)
    return Unit(f"say/{name}", text, spoken)


def wanted(language, letters, numbers, windows, kiosk):
    """The units of a pack: tails, what the page of a dispenser says, then the numbers in the order in which a day gives them out."""
    said = json.loads(SPOKEN.read_text("utf-8")) if kiosk else {}
    said = {key: text[language] for key, text in said.items()}
    taken = said.pop("taken", None)
    yield from (tail(language, window) for window in windows)
    yield from prompts(language, said.values())
    for n in range(numbers[0], numbers[1] + 1):
        for letter in letters:
            yield head(language, letter, n)
            if taken:
                yield sentence(language, taken.replace("{number}", " ".join(f"{letter}{n:03}")))


def prompts(language, texts):
    """Sentences; one with a count as often as there are counts."""
    cardinal = cardinal_zh if language == "zh" else cardinal_en
    for text in texts:
        if "{count}" not in text:
            yield sentence(language, text)
            continue
        for n in range(2, AHEAD_MAX + 1):
            yield sentence(language, text.replace("{count}", str(n)), text.replace("{count}", cardinal(n)))


def letter_zh(letter):
    return SYLLABLE_C if letter == "C" else " ".join(ipa(syllable) for syllable in LETTERS_ZH[letter].split())


def cardinal_zh(n):
    tens, ones = divmod(n, 10)
    before = "" if tens == 0 else ("十" if tens == 1 else DIGITS_ZH[tens] + "十")
    return before + (DIGITS_ZH[ones] if ones or not tens else "")


def cardinal_en(n):
    if n < 20:
        return ONES[n]
    return " ".join([TENS[n // 10], ONES[n % 10]] if n % 10 else [TENS[n // 10]])


PUNCTUATION = str.maketrans("，。！？；：、…", ",.!?;:,.")


def mandarin(text):
    """The sounds of a Chinese text; letters as they are called, digits one by one."""
    from pypinyin import Style, lazy_pinyin

    out = []
    for part in re.findall("[\u4e00-\u9fff]+|[A-Z]|[0-9]|[^A-Z0-9\u4e00-\u9fff]", text.translate(PUNCTUATION)):
        if part in LETTERS_ZH:
            out.append(letter_zh(part))
        elif part.isdigit():
            out.append(ipa(PINYIN[int(part)]))
        elif "\u4e00" <= part[0] <= "\u9fff":
            out.append("".join(ipa(one) for one in lazy_pinyin(part, style=Style.TONE3, neutral_tone_with_five=True)))
        elif part.strip(" ,.!?;:\n"):
            raise Trouble(f"“{part}” in “{text}” cannot be spoken: write it in words. “{part}”无法朗读，请用文字写出。")
        else:
            out.append(part)
    return re.sub(" +([,.!?;:])", r"\1", re.sub(" +", " ", " ".join(out)))


def ipa(pinyin):
    """One syllable, tones as the model wants them: → high, ↗ rising, ↓ dipping, ↘ falling."""
    from misaki.transcription import pinyin_to_ipa

    sounds = "".join(pinyin_to_ipa(pinyin)[0])
    for tone, arrow in (("˧˩˧", "↓"), ("˧˥", "↗"), ("˥˩", "↘"), ("˥", "→")):
        sounds = sounds.replace(tone, arrow)
    return re.sub("[ɻɹ]\u0329", "ɨ", sounds).replace("\u032f", "")


def english(text):
    """The sounds of an English text, word by word out of misaki's dictionary; single letters as they are called."""
    words = dictionary()
    out = []
    for part in re.findall("[A-Za-z']+|[,.!?;:]|[0-9]", text):
        word = ONES[int(part)] if part.isdigit() else part
        sounds = part if part in ",.!?;:" else entry(word, words) or inflected(word.lower(), words)
        if not sounds:
            raise Trouble(f"“{part}” is not in the dictionary: choose another word. 词典中没有“{part}”，请换一个词。")
        out.append(sounds)
    return re.sub(" ([,.!?;:])", r"\1", " ".join(out))


def entry(word, words):
    word = AMERICAN.get(word.lower(), word)
    sounds = words.get(word) or words.get(word.lower())
    return sounds["DEFAULT"] if isinstance(sounds, dict) else sounds


def inflected(word, words):
    """A word with an ending, from the one that stands in the dictionary: numbers, chooses, asked, stopped, starting."""
    for ending, instead, spoken in ENDINGS:
        stem = entry(word[: -len(ending)] + instead, words) if word.endswith(ending) else None
        if stem:
            return stem + spoken(stem[-1])
    return None


def plural(last):
    return "ᵻz" if last in "szʃʒʧʤ" else "s" if last in "ptkfθ" else "z"


def past(last):
    return "ᵻd" if last in "tdɾ" else "t" if last in "pkfθsʃʧ" else "d"


def present(_):
    return "ɪŋ"


# The dictionary is American.
AMERICAN = {"enquiry": "inquiry", "centre": "center"}
# What is written at the end, what stands in the dictionary instead, and what it adds. An -es after -e comes first.
ENDINGS = [
    ("'s", "", plural), ("ies", "y", plural), ("es", "e", plural), ("es", "", plural), ("s", "", plural),
    ("ied", "y", past), ("ed", "e", past), ("ed", "", past), ("ing", "", present), ("ing", "e", present),
]  # fmt: skip


def dictionary(found={}):  # noqa: B006 it is read once
    if not found:
        found.update(json.loads((files("misaki") / "data" / "us_gold.json").read_text("utf-8")))
    return found
