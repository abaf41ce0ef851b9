"""What tests of a deployment rely on in support/."""

import unittest

from support.processes import free_port


class FreePorts(unittest.TestCase):
    def test_no_outgoing_connection_takes_one(self):
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            first = int(file.read().split()[0])
        for port in {free_port() for _ in range(20)}:
            self.assertLess(port, first)

    def test_each_is_given_once(self):
        ports = [free_port() for _ in range(20)]
        self.assertEqual(len(set(ports)), 20)


if __name__ == "__main__":
    unittest.main()
