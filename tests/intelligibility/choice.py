"""What is said, what the listener chooses from, and what its mistakes have in common. Python alone: nothing is heard here."""

import random
import string
from collections import Counter

# The lanes of the halls that come with Yihao; the others are offered as well, so that a letter can be mistaken.
LETTERS, OTHER_LETTERS = "ABC", "ABCDEF"
WINDOWS = 26
NUMBERS = (1, 999)
# A first place with less than this is near a miss, nats.
CLOSE = 1.0


def drawn(seed, language, letters, count):
    """Random announcements (letter, number, window), the same for the same arguments; the letters take turns."""
    chance = random.Random(f"{seed} {language} {letters}")
    return [(letters[at % len(letters)], chance.randint(*NUMBERS), chance.randint(1, WINDOWS)) for at in range(count)]


def offered(letters):
    """The letters to choose from: a lane of its own choice may be mistaken for any other."""
    return OTHER_LETTERS if set(letters) <= set(LETTERS) else string.ascii_uppercase


def candidates(said, letters=OTHER_LETTERS):
    """What was said, and then everything that differs from it in one digit, the letter or the window."""
    letter, n, window = said
    digits = f"{n:03}"
    numbers = [digits[:i] + other + digits[i + 1 :] for i in range(3) for other in string.digits if other != digits[i]]
    return (
        [said]
        + [(letter, int(number), window) for number in numbers]
        + [(other, n, window) for other in letters if other != letter]
        + [(letter, n, other) for other in range(1, WINDOWS + 1) if other != window]
    )


def written(language, letter, n, window):
    """As the listener writes it down by itself, with digits: led through words that it would not write, it is a bad judge. With
    numbers in words it found what was said e to the 16 times less likely, and took three of four for something else."""
    if language == "zh":
        return f"请{letter}{n:03}号,到{window}号窗口办理业务"
    return f" Ticket number {letter}{n:03}, please go to window {window}."


def difference(said, other):
    """Where the two differ, and how: ("digit 2", "8", "2")."""
    (letter, n, window), (letter_2, n_2, window_2) = said, other
    if letter != letter_2:
        return "letter", letter, letter_2
    if window != window_2:
        return "window", str(window), str(window_2)
    at = next(i for i in range(3) if f"{n:03}"[i] != f"{n_2:03}"[i])
    return f"digit {at + 1}", f"{n:03}"[at], f"{n_2:03}"[at]


def verdict(said, heard, scores):
    """What the listener made of it. `heard` begins with what was said; `scores` are nats, the higher the likelier."""
    rival = max(range(1, len(heard)), key=scores.__getitem__)
    margins = {}
    for one, score in zip(heard[1:], scores[1:], strict=True):
        place = difference(said, one)[0]
        margins[place] = min(margins.get(place, float("inf")), round(scores[0] - score, 2))
    return {
        "said": list(said),
        "rank": 1 + sum(score > scores[0] for score in scores[1:]),
        "rival": list(heard[rival]),
        "margin": round(scores[0] - scores[rival], 2),
        "margins": margins,
    }


def summary(records):
    """Lines for people: how many came first, and which mistakes, or near ones, there were how often."""
    first = sum(one["rank"] == 1 for one in records)
    middle = sorted(one["margin"] for one in records)[len(records) // 2]
    lines = [f"{first} of {len(records)} ranked first 排第一; median margin 中位差 {middle:.1f} nats"]
    wrong = [one for one in records if one["rank"] > 1]
    close = [one for one in records if one["rank"] == 1 and one["margin"] < CLOSE]
    for name, some in (("missed 误听", wrong), (f"first by less than {CLOSE} nat 勉强", close)):
        counts = Counter(difference(tuple(one["said"]), tuple(one["rival"])) for one in some)
        listed = [f"{place} {said}→{taken} ×{count}" for (place, said, taken), count in counts.most_common()]
        lines.append(f"  {name}: {', '.join(listed) or '–'}")
    return lines


def name(letter, n, window):
    return f"{letter}{n:03} to {window}"
