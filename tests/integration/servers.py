"""Real servers on loopback, started by the tests and stopped by their pid.

Each server gets an address of its own out of 127.0.0.0/8, so that tests running side by side never
take each other's port."""
import contextlib
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

START_TIMEOUT_S = 20

_random = random.Random(os.getpid() ^ time.time_ns())


class Address(str):
    """ADDRESS:PORT, with its parts."""

    def __new__(cls, host, port):
        address = super().__new__(cls, f"{host}:{port}")
        address.host = host
        address.port = port
        return address

    def named(self, name):
        """The target line that asks this address for a name."""
        return f"{self},{name}"


def free_address(kind=socket.SOCK_STREAM):
    """An address that nobody else is going to pick."""
    host = f"127.{_random.randint(1, 250)}.{_random.randint(1, 250)}.{_random.randint(2, 250)}"
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return Address(host, probe.getsockname()[1])


def accepts(address):
    try:
        with socket.create_connection((address.host, address.port), timeout=1):
            return True
    except OSError:
        return False


class Process:
    """A server process; its output goes to a log that the failing test shows. It ends with the test
    run, even when that is killed."""

    def __init__(self, command, log, ready):
        self.log = pathlib.Path(log)
        self.command = [str(word) for word in command]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *self.command], stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        deadline = time.monotonic() + START_TIMEOUT_S
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{' '.join(self.command)} did not start:\n{self.output()}")
            time.sleep(0.02)

    def output(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self):
        """Asks, waits, insists; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()


class Servers:
    """Starts servers and stops them all in the end."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.stack = contextlib.ExitStack()
        self.processes = []

    def close(self):
        self.stack.close()

    def _process(self, name, command, ready):
        log = self._log(name)
        process = Process(command, log, ready)
        self.processes.append(process)
        self.stack.callback(process.stop)
        return process

    def _log(self, name):
        return self.folder / f"{name}{len(self.processes)}.log"

    def logs(self):
        return "\n".join(f"== {' '.join(process.command)}\n{process.output()[-4000:]}"
                         for process in self.processes)

    def s_server(self, identity, staple=None, *options):
        """`openssl s_server`, which answers any number of connections one after the other."""
        address = free_address()
        command = ["openssl", "s_server", "-accept", address, "-www", "-quiet",
                   "-cert", identity.certificate_path, "-key", identity.key_path,
                   "-cert_chain", identity.issuers_path, *options]
        if staple:
            command += ["-status_file", staple]
        self._process("s_server", command, lambda: accepts(address))
        return address

    def gnutls_serv(self, identity, *staples):
        """`gnutls-serv`, which in TLS 1.3 sends a staple for each certificate of its chain. It finds
        out by itself which of them a staple is about, and sends none that has expired."""
        # It listens on all addresses: there is no option for one.
        address = Address("127.0.0.1", free_address().port)
        command = ["gnutls-serv", "--quiet", "--echo", "--nodb", "--noticket",
                   "--disable-client-cert", "--port", address.port,
                   "--x509certfile", identity.certificate_path, "--x509keyfile", identity.key_path]
        for staple in staples:
            command += ["--ocsp-response", staple]
        self._process("gnutls-serv", command, lambda: accepts(address))
        return address

    def nginx(self, *servers):
        """One nginx; each of `servers` is (identity, [directives]). Returns their addresses."""
        folder = self.folder / f"nginx{len(self.processes)}"
        folder.mkdir()
        addresses, blocks = [], []
        for identity, directives in servers:
            address = free_address()
            addresses.append(address)
            lines = [f"listen {address} ssl", f"ssl_certificate {identity.certificate_path}",
                     f"ssl_certificate_key {identity.key_path}", *directives]
            blocks.append("server {\n" + "".join(f"    {line};\n" for line in lines) + "}\n")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        configuration = folder / "nginx.conf"
        configuration.write_text(
            f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\n"
            f"error_log stderr info;\nevents {{}}\nhttp {{\naccess_log off;\n"
            f"ssl_protocols TLSv1.2 TLSv1.3;\n{temporary}{''.join(blocks)}}}\n", encoding="utf-8")
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self._process("nginx", [nginx, "-p", folder, "-c", configuration, "-e", "stderr"],
                      lambda: all(accepts(address) for address in addresses))
        return addresses

    def responder(self, authority, identity):
        """`openssl ocsp` as a responder that calls this one certificate good."""
        address = free_address()
        index = self.folder / f"index{len(self.processes)}.txt"
        # Serial numbers stand there with an even count of digits.
        serial = f"{identity.certificate.serial_number:X}"
        serial = "0" * (len(serial) % 2) + serial
        index.write_text(f"V\t491231235959Z\t\t{serial}\tunknown\t/CN={identity.name}\n",
                         encoding="ascii")
        log = self._log("ocsp")
        # -port takes no address on OpenSSL 3.0: it listens on all. A connection that only looks
        # whether it is there would keep it busy, so its own words have to tell.
        self._process("ocsp", [
            "openssl", "ocsp", "-port", address.port, "-index", index, "-ndays", "3",
            "-CA", authority.intermediate.certificate_path,
            "-rsigner", authority.responder.certificate_path,
            "-rkey", authority.responder.key_path],
            lambda: "waiting for" in log.read_text(encoding="utf-8", errors="replace"))
        return address

    def unbound(self, *directives):
        """unbound with these lines in its server clause; returns its address."""
        address = free_address()
        folder = self.folder / f"unbound{len(self.processes)}"
        folder.mkdir()
        lines = [f"interface: {address.host}@{address.port}", "access-control: 127.0.0.0/8 allow",
                 "do-daemonize: no", 'username: ""', 'chroot: ""', f'directory: "{folder}"',
                 'pidfile: ""', "use-syslog: no", 'logfile: ""', "verbosity: 1", "do-ip6: no",
                 "do-not-query-localhost: no", 'module-config: "iterator"', "num-threads: 1",
                 "outgoing-range: 64", "so-rcvbuf: 0", "so-sndbuf: 0", *directives]
        clauses, server = [], []
        for line in lines:
            (clauses if line.startswith("forward-zone:") else server).append(line)
        configuration = folder / "unbound.conf"
        configuration.write_text("server:\n" + "".join(f"    {line}\n" for line in server)
                                 + "remote-control:\n    control-enable: no\n"
                                 + "".join(f"{clause}\n" for clause in clauses), encoding="utf-8")
        unbound = shutil.which("unbound") or "/usr/sbin/unbound"
        self._process("unbound", [unbound, "-d", "-p", "-c", configuration],
                      lambda: accepts(address))
        return address

    def listener(self, behaviour):
        listener = Listener(behaviour)
        self.stack.callback(listener.stop)
        return listener


class Listener:
    """A TCP listener in a thread; `behaviour(connection)` is run in a thread for each connection,
    and `contacts` counts them."""

    def __init__(self, behaviour):
        self.behaviour = behaviour
        self.contacts = 0
        self.stopping = threading.Event()
        self.address = free_address()
        self.socket = socket.create_server((self.address.host, self.address.port), backlog=256)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.contacts += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection):
        with connection, contextlib.suppress(OSError):
            self.behaviour(connection, self.stopping)

    def stop(self):
        self.stopping.set()
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


# Behaviours of a listener.


def silent(connection, stopping):
    """Takes what comes and never answers."""
    while not stopping.wait(0.05):
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            if not connection.recv(65536):
                return


def hang_up(connection, stopping):
    connection.recv(65536)


def slow_tls(identity, delay_s):
    """TLS without a staple that thinks before it answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate_path, identity.key_path)

    def behaviour(connection, stopping):
        stopping.wait(delay_s)
        with contextlib.suppress(ssl.SSLError), \
                context.wrap_socket(connection, server_side=True) as session:
            session.recv(1)

    return behaviour
