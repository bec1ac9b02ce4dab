"""What needs no ear: what is drawn, what the listener chooses from, and how a run goes on. 纯逻辑部分的测试。"""

import contextlib
import importlib.machinery
import importlib.util
import io
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import choice  # noqa: E402
from record import Record  # noqa: E402


class Choice(unittest.TestCase):
    def test_offers_58_sentences_that_differ_from_what_was_said_in_exactly_one_thing(self):
        for said in [("A", 7, 1), ("B", 982, 24), ("C", 999, 26), ("F", 100, 10)]:
            heard = choice.candidates(said)
            self.assertEqual(heard[0], said)
            self.assertEqual(len(heard), 58)
            for language in ("zh", "en"):
                self.assertEqual(len({choice.written(language, *one) for one in heard}), 58)
            for one in heard[1:]:
                self.assertEqual(len([1 for a, b in zip(spread(said), spread(one), strict=True) if a != b]), 1)

    def test_offers_every_letter_once_a_lane_has_a_letter_of_its_own_choice(self):
        self.assertEqual(choice.offered("BA"), "ABCDEF")
        self.assertEqual(len(choice.offered("AD")), 26)
        self.assertEqual(len(choice.candidates(("Q", 12, 5), choice.offered("Q"))), 78)

    def test_draws_the_same_again_for_a_seed_and_each_letter_equally_often(self):
        drawn = choice.drawn(3, "zh", "ABC", 300)
        self.assertEqual(drawn, choice.drawn(3, "zh", "ABC", 300))
        self.assertNotEqual(drawn, choice.drawn(3, "en", "ABC", 300))
        self.assertNotEqual(drawn, choice.drawn(4, "zh", "ABC", 300))
        letters = [letter for letter, _, _ in drawn]
        self.assertEqual({letter: letters.count(letter) for letter in letters}, {"A": 100, "B": 100, "C": 100})
        self.assertTrue(all(1 <= n <= 999 and 1 <= window <= 26 for _, n, window in drawn))

    def test_a_verdict_names_the_rank_and_the_likeliest_rival(self):
        said = ("B", 982, 24)
        heard = choice.candidates(said)
        scores = [-20.0] * 58
        scores[0], scores[heard.index(("B", 922, 24))], scores[heard.index(("B", 982, 14))] = -5.0, -1.6, -6.0
        found = choice.verdict(said, heard, scores)
        self.assertEqual((found["rank"], found["rival"], found["margin"]), (2, ["B", 922, 24], -3.4))
        self.assertEqual(found["margins"]["digit 2"], -3.4)
        self.assertEqual(found["margins"]["window"], 1.0)
        self.assertIn("missed 误听: digit 2 8→2 ×1", "\n".join(choice.summary([found])))


class Run(unittest.TestCase):
    def test_a_run_that_was_cut_off_in_a_line_goes_on_behind_the_last_whole_one(self):
        with tempfile.TemporaryDirectory() as folder:
            record = Record(Path(folder) / "1.jsonl")
            record.begin({"seed": 1})
            record.add({"at": 0})
            with open(record.path, "a", encoding="utf-8") as file:
                file.write('{"at": 1, "ra')
            self.assertEqual(record.read(), ({"seed": 1}, [{"at": 0}]))
            record.add({"at": 1})
            self.assertEqual(record.read(), ({"seed": 1}, [{"at": 0}, {"at": 1}]))

    def test_the_command_refuses_letters_that_are_none_and_explains_itself_in_both_languages(self):
        parser = command().arguments()
        asked = parser.parse_args([])
        self.assertEqual((asked.language, asked.count, asked.letters, asked.seed), (None, 100, "ABC", None))
        for wrong in (["--letters", "a1"], ["--letters", ""], ["--language", "fr"]):
            with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
                parser.parse_args(wrong)
        self.assertIn("语音可懂度测试", parser.format_help())


def spread(one):
    """Letter, three digits, window."""
    letter, n, window = one
    return [letter, *f"{n:03}", window]


def command():
    loader = importlib.machinery.SourceFileLoader("judge", str(HERE / "judge"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("judge", loader))
    loader.exec_module(module)
    return module


if __name__ == "__main__":
    unittest.main()
