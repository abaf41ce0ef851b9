"""A Redis of an experiment's own that fails in a way with a name, and is well again."""

import shutil
import signal
import time

import lab

OUTAGES = ("none", "without-redis", "hanging", "black-hole", "black-hole-a", "black-hole-b", "dead", "old-snapshot",
           "min-replicas", "misconf", "oom", "no-scripts", "replica")


class FailingRedis(lab.Redis):
    """fail() and mend() take a name of OUTAGES that is one of a server's own: not one without Redis or of a relay."""

    def fail(self, how):
        getattr(self, "fail_" + how.replace("-", "_"))()

    def mend(self, how):
        getattr(self, "mend_" + how.replace("-", "_"))()

    def fail_hanging(self):
        self.signal(signal.SIGSTOP)

    def mend_hanging(self):
        self.signal(signal.SIGCONT)

    def fail_dead(self):
        self.kill()

    def mend_dead(self):
        self.start()

    def fail_old_snapshot(self):
        self.command("SAVE")
        self.kill()

    mend_old_snapshot = mend_dead

    def fail_min_replicas(self):
        self.command("CONFIG", "SET", "min-replicas-to-write", "1")

    def mend_min_replicas(self):
        self.command("CONFIG", "SET", "min-replicas-to-write", "0")

    def fail_misconf(self):
        self.command("CONFIG", "SET", "save", "3600 1")
        shutil.rmtree(self.folder)
        self.command("BGSAVE")
        for _ in range(200):
            if self.command("SET", "probe", "1").startswith("-MISCONF"):
                return
            time.sleep(0.01)
        raise RuntimeError("no MISCONF")

    def mend_misconf(self):
        self.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")

    def fail_oom(self):
        self.command("CONFIG", "SET", "maxmemory", "1")

    def mend_oom(self):
        self.command("CONFIG", "SET", "maxmemory", "0")

    def fail_no_scripts(self):
        self.command("ACL", "SETUSER", "default", "-@scripting")

    def mend_no_scripts(self):
        self.command("ACL", "SETUSER", "default", "+@all")

    def fail_replica(self):
        self.command("REPLICAOF", "127.0.0.1", "1")

    def mend_replica(self):
        self.command("REPLICAOF", "NO", "ONE")
