"""Whisper's decoder for many texts that begin alike: what was heard is prepared once for all of them, and what two texts have
in common is computed once. Each text apart costs three times as much. Radford et al. 2022; weights out of CTranslate2's file.
"""

import struct

import numpy as np

# CTranslate2's number for half precision; what has another type here is a setting, not a weight.
HALF = 4
HEAD = 64
EPSILON = 1e-5
# Nodes whose next word is weighed at a time.
AT_ONCE = 32


class Tree:
    """Texts of tokens, merged where they begin alike. A node is a token after everything above it."""

    def __init__(self, begin, texts):
        self.tokens, self.parents, children = [], [], {}
        self.ways = []
        for text in texts:
            at, way = -1, []
            for token in [*begin, *text]:
                key = (at, token)
                if key not in children:
                    children[key] = len(self.tokens)
                    self.tokens.append(token)
                    self.parents.append(at)
                at = children[key]
                way.append(at)
            self.ways.append(way[len(begin) :])

    def depths(self):
        found = []
        for parent in self.parents:
            found.append(0 if parent < 0 else found[parent] + 1)
        return np.array(found)

    def above(self):
        """[node, node]: whether the second is the first, or above it."""
        found = np.eye(len(self.tokens), dtype=bool)
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                found[node] |= found[parent]
        return found


class Decoder:
    def __init__(self, path):
        self.weights = weights(path)
        self.layers = sum(name.endswith("/ffn/linear_0/weight") for name in self.weights)

    def nats(self, heard, begin, texts):
        """ln of the probability of each text. `heard`: [place, feature] of the encoder; `begin`: tokens before each text."""
        tree = Tree(begin, texts)
        embeddings = self.weights["decoder/embeddings/weight"]
        x = embeddings[tree.tokens] + self.weights["decoder/position_encodings/encodings"][tree.depths()]
        hidden = np.where(tree.above(), 0.0, -np.inf).astype(np.float32)
        for layer in range(self.layers):
            x = self.layer(f"decoder/layer_{layer}", x, heard, hidden)
        steps = self.steps(tree, self.norm("decoder/layer_norm", x), embeddings)
        return [float(sum(steps[node] for node in way)) for way in tree.ways]

    @staticmethod
    def steps(tree, x, embeddings):
        """For each node, ln of the probability that it follows the one above it. Some at a time: they are as wide as all words."""
        parents, tokens = np.array(tree.parents), np.array(tree.tokens)
        found = np.zeros(len(tokens))
        inner = np.unique(parents[parents >= 0])
        for some in np.array_split(inner, max(1, len(inner) // AT_ONCE)):
            logits = x[some] @ embeddings.T
            highest = logits.max(axis=1, keepdims=True)
            below = np.flatnonzero(np.isin(parents, some))
            of = np.searchsorted(some, parents[below])
            found[below] = logits[of, tokens[below]] - highest[of, 0]
            logits -= highest
            found[below] -= np.log(np.exp(logits, out=logits).sum(axis=1))[of]
        return found

    def layer(self, name, x, heard, hidden):
        one = f"{name}/self_attention"
        q, k, v = np.split(self.linear(f"{one}/linear_0", self.norm(f"{one}/layer_norm", x)), 3, axis=1)
        x = x + self.linear(f"{one}/linear_1", attention(q, k, v, hidden))
        two = f"{name}/attention"
        q = self.linear(f"{two}/linear_0", self.norm(f"{two}/layer_norm", x))
        k, v = np.split(self.linear(f"{two}/linear_1", heard), 2, axis=1)
        x = x + self.linear(f"{two}/linear_2", attention(q, k, v, np.float32(0.0)))
        inner = gelu(self.linear(f"{name}/ffn/linear_0", self.norm(f"{name}/ffn/layer_norm", x)))
        return x + self.linear(f"{name}/ffn/linear_1", inner)

    def linear(self, name, x):
        return x @ self.weights[f"{name}/weight"].T + self.weights[f"{name}/bias"]

    def norm(self, name, x):
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + EPSILON)
        return x * self.weights[f"{name}/gamma"] + self.weights[f"{name}/beta"]


def attention(q, k, v, hidden):
    q, k, v = (np.ascontiguousarray(one.reshape(len(one), -1, HEAD).transpose(1, 0, 2)) for one in (q, k, v))
    weight = (q * np.float32(HEAD**-0.5)) @ k.transpose(0, 2, 1)
    weight += hidden
    weight -= weight.max(axis=2, keepdims=True)
    np.exp(weight, out=weight)
    # Divided at the end: what is heard has 1,500 places, and a head 64 features.
    return (weight @ v / weight.sum(axis=2, keepdims=True)).transpose(1, 0, 2).reshape(q.shape[1], -1)


def gelu(x):
    """x times the normal distribution; erf by Abramowitz and Stegun 7.1.26, which is right to 1.5e-7."""
    z = np.abs(x) * np.float32(0.5**0.5)
    t = 1.0 / (1.0 + np.float32(0.3275911) * z)
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    erf = np.copysign(1.0 - series * np.exp(-z * z), x)
    return np.float32(0.5) * x * (1.0 + erf)


def weights(path):
    """CTranslate2's file: a header, then name, shape, type and bytes of each array; what is in half precision is widened."""
    with open(path, "rb") as file:
        (_version,) = struct.unpack("<I", file.read(4))
        text(file)
        _revision, count = struct.unpack("<II", file.read(8))
        found = {}
        for _ in range(count):
            name = text(file)
            rank = file.read(1)[0]
            shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
            kind, size = struct.unpack("<BI", file.read(5))
            content = file.read(size)
            if kind == HALF and name.startswith("decoder/"):
                found[name] = np.frombuffer(content, "<f2").reshape(shape).astype(np.float32)
    return found


def text(file):
    (size,) = struct.unpack("<H", file.read(2))
    return file.read(size).rstrip(b"\0").decode()
