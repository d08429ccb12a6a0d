"""A certificate authority at the command line of OpenSSL: what `muststaple check` is shown is made by
the tool that its users make it with."""
import pathlib
import subprocess
import time

DAY = 86400
MADE_FOR_DAYS = 60

CONFIGURATION = """
[req]
distinguished_name = dn
prompt = no
[dn]
commonName = nobody
[v3_ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier = hash
[v3_binding_ca]
basicConstraints = critical,CA:TRUE
subjectKeyIdentifier = hash
tlsfeature = status_request
[plain]
subjectAltName = DNS:host.example,DNS:www.host.example
extendedKeyUsage = serverAuth
authorityInfoAccess = OCSP;URI:http://ocsp.example/
[must]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
tlsfeature = status_request
[raw]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05
[both]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
tlsfeature = status_request, status_request_v2
[other]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
tlsfeature = status_request_v2
[trailing]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
1.3.6.1.5.5.7.1.24 = DER:30:03:02:01:05:e5:e5
[critical]
subjectAltName = DNS:host.example
authorityInfoAccess = OCSP;URI:http://ocsp.example/
tlsfeature = critical,status_request
[nowhere]
subjectAltName = DNS:host.example
tlsfeature = status_request
[responder]
extendedKeyUsage = OCSPSigning
noCheck = ignored
"""

FORMS = ("plain", "must", "raw", "both", "other", "trailing", "critical", "nowhere")
KEYS = {"ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]}


def openssl(*arguments, **keywords):
    return subprocess.run(["openssl", *map(str, arguments)], stdin=subprocess.DEVNULL, check=True,
                          capture_output=True, timeout=60, **keywords).stdout


class Workshop:
    """Files by name: `ca.pem`; `must.csr`, `must.pem` and so on; `good.ocsp` and the other staples.
    Each form of certificate has a request with the same extensions."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.made_s = int(time.time())
        self("configuration").write_text(CONFIGURATION)
        for name in ("ca", "other_ca"):
            self._root(name)
        for kind in KEYS:
            self._key(f"host-{kind}", kind)
        self.serials = {}
        for form in FORMS:
            self._certificate(form, "host-ec")
        self._certificate("rsa", "host-rsa", extensions="must")
        self._certificate("sibling", "host-ec", extensions="plain")
        self._certificate("responder", "host-ec")
        self._binding_chain()
        self._index()
        self._staples()
        self._collections()

    def __call__(self, name):
        return self.folder / name

    def _key(self, name, kind="ec"):
        openssl("genpkey", *KEYS[kind], "-out", self(f"{name}.key"))
        return self(f"{name}.key")

    def _root(self, name):
        openssl("req", "-new", "-x509", "-key", self._key(name), "-out", self(f"{name}.pem"),
                "-subj", f"/O=Workshop/CN={name}", "-days", MADE_FOR_DAYS,
                "-config", self("configuration"), "-extensions", "v3_ca")

    def _certificate(self, name, key, extensions=None, issuer="ca"):
        extensions = extensions or name
        self.serials[name] = 0x1000 + len(self.serials)
        openssl("req", "-new", "-key", self(f"{key}.key"), "-out", self(f"{name}.csr"),
                "-subj", f"/CN={name}.example", "-config", self("configuration"),
                "-reqexts", extensions)
        openssl("x509", "-req", "-in", self(f"{name}.csr"), "-out", self(f"{name}.pem"),
                "-CA", self(f"{issuer}.pem"), "-CAkey", self(f"{issuer}.key"),
                "-set_serial", self.serials[name], "-days", MADE_FOR_DAYS,
                "-extfile", self("configuration"), "-extensions", extensions)
        openssl("x509", "-in", self(f"{name}.pem"), "-outform", "DER", "-out", self(f"{name}.der"))
        openssl("req", "-in", self(f"{name}.csr"), "-outform", "DER",
                "-out", self(f"{name}.csr.der"))

    def _binding_chain(self):
        """A certificate below an intermediate that demands what the certificate does not carry."""
        self._key("binding")
        self._certificate("binding", "binding", extensions="v3_binding_ca")
        self._certificate("bound", "host-ec", extensions="plain", issuer="binding")

    def _index(self):
        """The database of `openssl ocsp`: what is revoked stands in the second one."""
        lines = [f"V\t491231235959Z\t\t{serial:X}\tunknown\t/CN={name}\n"
                 for name, serial in self.serials.items()]
        self("index").write_text("".join(lines))
        self("revoked_index").write_text("".join(
            line.replace("V\t491231235959Z\t\t",
                         "R\t491231235959Z\t240102030405Z,keyCompromise\t")
            for line in lines))

    def staple(self, name, about="must", index="index", signer="ca", key=None, issuer="ca",
               options=(), certid=()):
        openssl("ocsp", "-index", self(index), "-CA", self(f"{issuer}.pem"),
                "-rsigner", self(f"{signer}.pem"), "-rkey", self(f"{key or signer}.key"), *certid,
                "-issuer", self(f"{issuer}.pem"), "-cert", self(f"{about}.pem"), "-ndays", "7",
                "-respout", self(name), "-noverify", *options)

    def _staples(self):
        alone = ["-resp_no_certs"]
        self.staple("good.ocsp", options=alone)
        self.staple("rsa.ocsp", about="rsa", options=alone)
        self.staple("sha256.ocsp", options=alone, certid=["-sha256"])
        self.staple("delegated.ocsp", signer="responder", key="host-ec")
        self.staple("revoked.ocsp", index="revoked_index", options=alone)
        self.staple("foreign.ocsp", about="sibling", options=alone)
        self.staple("forged.ocsp", signer="sibling", key="host-ec")
        self.staple("plain.ocsp", about="plain", options=alone)
        self.staple("both.ocsp", about="both", options=alone)
        self.staple("two.ocsp", options=[*alone, "-cert", self("sibling.pem")])
        self.staple("stranger.ocsp", signer="other_ca", options=alone)
        whole = self("good.ocsp").read_bytes()
        broken = bytearray(whole)
        broken[-1] ^= 1
        self("broken.ocsp").write_bytes(broken)
        self("cut.ocsp").write_bytes(whole[:-1])
        self("trailing.ocsp").write_bytes(whole + b"\0")
        self("try_later.ocsp").write_bytes(bytes.fromhex("30030a0103"))
        self("unauthorized.ocsp").write_bytes(bytes.fromhex("30030a0106"))
        self("garbage.ocsp").write_bytes(b"<html>502 Bad Gateway</html>\n")

    def _collections(self):
        read = {name: self(name).read_bytes() for name in
                ("ca.pem", "must.pem", "plain.pem", "must.csr", "plain.csr", "bound.pem",
                 "binding.pem", "host-ec.key", "must.der")}
        self("chain.pem").write_bytes(read["must.pem"] + read["ca.pem"])
        self("bound-chain.pem").write_bytes(read["bound.pem"] + read["binding.pem"])
        self("two.csr").write_bytes(read["must.csr"] + read["plain.csr"])
        self("with-key.pem").write_bytes(read["host-ec.key"] + read["must.pem"])
        self("commented.pem").write_bytes(b"Some words before it\r\n" + read["must.pem"])
        self("cut.der").write_bytes(read["must.der"][:-7])
        self("cut.pem").write_bytes(read["must.pem"][:200])
        self("empty").write_bytes(b"")
        self("garbage").write_bytes(bytes(range(256)) * 4)
        self("text").write_text("There is no certificate here.\n")
        self("folder").mkdir()
