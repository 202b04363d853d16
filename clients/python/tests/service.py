"""A service on a predictor that answers the first number in a text."""

import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMAND = ["node", "--import", "tsx", str(ROOT / "test/support/fake-service.ts")]


class ServiceCase(unittest.TestCase):
    """Starts one service for all tests of a class; each test takes a study of its own."""

    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen(COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.url = cls.process.stdout.readline().strip()

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.wait(10)
        cls.process.stdout.close()
