"""examples/kafka/consumer.py reads what a purchase makes the services say, over a real Kafka."""

import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from platform_case import PlatformTest  # noqa: E402
from platform_process import clean_environment  # noqa: E402

LINES = 100


class Consumer(PlatformTest):
    def test_a_purchase_is_read(self):
        order = self.charge()
        consumer = subprocess.Popen(
            [sys.executable, ROOT / "examples" / "kafka" / "consumer.py",
             f"127.0.0.1:{self.platform.ports.kafka}"],
            stdout=subprocess.PIPE, text=True, env=clean_environment())
        try:
            wanted = f"hand over {order['item_id']} to {self.user} for {order['id']}\n"
            read = []
            while wanted not in read and len(read) < LINES:
                read.append(consumer.stdout.readline())
            self.assertIn(f"order.paid {order['id']}\n", read)
            self.assertIn(wanted, read)
            self.assertEqual(len(read), len(set(read)), "each once")
        finally:
            consumer.terminate()
            consumer.communicate(timeout=30)


if __name__ == "__main__":
    unittest.main()
