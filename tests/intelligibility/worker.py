"""One of the processes that speak and listen: each with one thread, because threads that wait for each other waste a busy machine."""

import hashlib
import os
import signal
from multiprocessing import connection, parent_process
from threading import Thread

import numpy as np
import soundfile

import choice
import loudness
from kokoro import RATE_HZ, Kokoro
from listener import Listener
from pack import encode, recipe
from sentences import head, tail

# What the display leaves between head and tail, s.
JOIN_S = 0.22
# What begin() prepared for this process.
ready = {}


def begin(cache):
    # The main process alone answers Ctrl-C: what is being heard is heard to its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=end_with_parent, daemon=True).start()
    ready["clips"] = cache / "judged" / "clips"
    ready["clips"].mkdir(parents=True, exist_ok=True)
    ready["kokoro"] = Kokoro(cache, 1)
    ready["listener"] = Listener(cache / "whisper-base", 1)


def end_with_parent():
    """However the main process ends, also when it is killed."""
    connection.wait([parent_process().sentinel])
    os._exit(1)


def judge(language, at, said, letters):
    """One announcement, spoken and judged."""
    heard = choice.candidates(said, letters)
    texts = [choice.written(language, *one) for one in heard]
    scores = ready["listener"].scores(language, announcement(language, *said), texts)
    return {"language": language, "at": at, "voice": recipe(language), **choice.verdict(said, heard, scores)}


def announcement(language, letter, n, window):
    """As the display makes it of a pack: two clips out of their Ogg files."""
    pause = np.zeros(int(JOIN_S * RATE_HZ))
    return np.concatenate([clip(language, head(language, letter, n)), pause, clip(language, tail(language, window))])


def clip(language, unit):
    """A unit as it comes out of a pack, made when it is not there. Its sounds stand in the name: other sounds, another clip."""
    sounds = hashlib.sha256(f"{recipe(language)} {unit.phonemes}".encode()).hexdigest()[:12]
    path = ready["clips"] / f"{language}-{unit.id.replace('/', '-')}-{sounds}.ogg"
    if not path.exists():
        # Two processes may need the same one: each writes its own and renames it.
        own = path.with_suffix(f".{os.getpid()}")
        encode(own, loudness.levelled(ready["kokoro"].speak(language, unit.phonemes), RATE_HZ))
        os.replace(own, path)
    return soundfile.read(path)[0]
