"""How likely a listener finds that a text was said: Whisper base is led through the text, and its probabilities add up."""

import ctranslate2
import numpy as np
import tokenizers

from decoder import Decoder
from kokoro import RATE_HZ

# What Whisper hears: 30 s at 16 kHz as 80 mel bands, 100 times a second (Radford et al. 2022, section 2.2).
HEARD_HZ, WINDOW, HOP, BANDS, FRAMES = 16_000, 400, 160, 80, 3_000
class Listener:
    def __init__(self, folder, threads):
        self.encoder = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=threads)
        self.decoder = Decoder(folder / "model.bin")
        self.tokens = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))

    def scores(self, language, samples, texts):
        """Nats for each text; the highest is what the listener takes it for."""
        begin = ["<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>"]
        heard = ctranslate2.StorageView.from_array(mel(resampled(samples))[None].astype(np.float32))
        encoded = np.array(self.encoder.encode(heard))[0]
        texts = [self.tokens.encode(text, add_special_tokens=False).ids for text in texts]
        return self.decoder.nats(encoded, [self.tokens.token_to_id(token) for token in begin], texts)


def resampled(samples):
    """From the voice's rate to the listener's, by leaving out the top of the spectrum."""
    size = len(samples) * HEARD_HZ // RATE_HZ
    return np.fft.irfft(np.fft.rfft(samples)[: size // 2 + 1], size) * (size / len(samples))


def mel(samples):
    half = WINDOW // 2
    # With silence up to 30 s, as in training: the silence sets what counts as quiet.
    samples = np.pad(samples, (0, max(0, FRAMES * HOP - len(samples))))
    padded = np.pad(samples, half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:FRAMES]
    window = np.hanning(WINDOW + 1)[:-1]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    bands = np.log10(np.maximum(filters() @ power.T, 1e-10))
    return (np.maximum(bands, bands.max() - 8.0) + 4.0) / 4.0


def filters():
    """Triangles on Slaney's mel scale: linear up to 1 kHz, logarithmic above; each of the same area."""
    step, knee = 200.0 / 3.0, 15.0
    log_step = np.log(6.4) / 27.0
    top = knee + np.log(HEARD_HZ / 2 / 1_000.0) / log_step
    mels = np.linspace(0.0, top, BANDS + 2)
    hz = np.where(mels < knee, mels * step, 1_000.0 * np.exp(log_step * (mels - knee)))
    at = np.linspace(0.0, HEARD_HZ / 2, WINDOW // 2 + 1)
    rise = (at - hz[:-2, None]) / np.diff(hz)[:-1, None]
    fall = (hz[2:, None] - at) / np.diff(hz)[1:, None]
    return np.maximum(0.0, np.minimum(rise, fall)) * (2.0 / (hz[2:] - hz[:-2]))[:, None]
