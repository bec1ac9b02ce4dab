"""Sounds of a language become samples: Kokoro-82M on the processor."""

import json

import numpy as np
import onnxruntime

from fetch import MODEL, VOICES, Trouble

RATE_HZ = 24_000
# Slower than people talk: a hall echoes, and digits are short.
SPEED = {"zh": 0.8, "en": 0.85}
# What is quieter than this at both ends is silence; so much of it stays, so that no consonant is cut.
SILENT = 0.01
KEPT = 720
# The model knows a style for each number of symbols up to this.
SYMBOLS_MAX = 509


class Kokoro:
    """The model with one voice a language."""

    def __init__(self, cache, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(cache / MODEL), options, providers=["CPUExecutionProvider"])
        self.symbols = json.loads((cache / "vocab.json").read_text("utf-8"))["vocab"]
        self.styles = {
            language: np.fromfile(cache / f"{voice}.bin", dtype="<f4").reshape(-1, 1, 256)
            for language, voice in VOICES.items()
        }

    def speak(self, language, phonemes):
        """Samples at RATE_HZ, without the silence before and after."""
        unknown = sorted(set(phonemes) - set(self.symbols))
        if unknown:
            raise Trouble(f"The model has no symbol for {unknown} in {phonemes}. 模型不认识这些音标。")
        tokens = [self.symbols[symbol] for symbol in phonemes]
        if len(tokens) > SYMBOLS_MAX:
            raise Trouble(f"This sentence is too long; split it: {phonemes}. 句子太长，请分成几句。")
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": self.styles[language][len(tokens)],
            "speed": np.array([SPEED[language]], dtype=np.float32),
        }
        samples = np.asarray(self.session.run(None, feed)[0], dtype=np.float64).ravel()
        loud = np.flatnonzero(np.abs(samples) > SILENT)
        if not len(loud):
            raise Trouble(f"The model said nothing for {phonemes}. 模型没有输出声音。")
        return samples[max(0, loud[0] - KEPT) : loud[-1] + KEPT]
