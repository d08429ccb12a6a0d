"""A throwaway certificate authority made with Python's cryptography: nothing of ours is in it."""
import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import (AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID)

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
NOBODY = "http://127.0.0.1:1/"  # an OCSP URL where nothing answers


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def subject(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Identity:
    """A certificate with its key, and the files that servers want of them."""

    def __init__(self, folder, name, certificate, key, issuer=None, chain=()):
        self.name = name
        self.issuer = issuer
        self.certificate = certificate
        self.key = key
        self.certificate_path = folder / f"{name}.crt"
        self.key_path = folder / f"{name}.key"
        pem = serialization.Encoding.PEM
        self.issuers_path = folder / f"{name}.issuers"
        self.issuers_path.write_bytes(b"".join(entry.public_bytes(pem) for entry in chain))
        self.certificate_path.write_bytes(certificate.public_bytes(pem)
                                          + self.issuers_path.read_bytes())
        self.key_path.write_bytes(key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def sha256(self):
        return self.certificate.fingerprint(hashes.SHA256()).hex()


class Authority:
    """A root, an intermediate that issues, and a responder it delegated to."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.root = self._identity("root", None, ca=True)
        self.intermediate = self._identity("intermediate", self.root, ca=True)
        self.responder = self._identity("responder", self.intermediate, ocsp_signing=True)
        self.must = self.leaf("must.test")
        self.plain = self.leaf("plain.test", must_staple=False)
        self.sibling = self.leaf("sibling.test", must_staple=False)
        self.ca_file = self.root.certificate_path

    def leaf(self, name, must_staple=True, ocsp_url=NOBODY, issuer=None, with_root=False):
        return self._identity(name, issuer or self.intermediate, must_staple=must_staple,
                              ocsp_url=ocsp_url, with_root=with_root)

    def authority(self, name, must_staple=False):
        """Another intermediate below the root."""
        return self._identity(name, self.root, ca=True, must_staple=must_staple)

    def impostor(self, identity):
        """A certificate with the name of another one and its own key; nobody trusts it."""
        return self._identity(identity.name, None, ca=True, file_name=f"{identity.name}.impostor")

    def _identity(self, name, issuer, ca=False, ocsp_signing=False, must_staple=False,
                  ocsp_url=None, with_root=False, file_name=None):
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (x509.CertificateBuilder().subject_name(subject(name))
                   .issuer_name(subject(issuer.name if issuer else name))
                   .public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now() - 30 * DAY).not_valid_after(now() + 60 * DAY)
                   .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                                  critical=False))
        if not ca:
            usage = (ExtendedKeyUsageOID.OCSP_SIGNING if ocsp_signing
                     else ExtendedKeyUsageOID.SERVER_AUTH)
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if ocsp_signing:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        elif not ca:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        if must_staple:
            builder = builder.add_extension(
                x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        if ocsp_url:
            builder = builder.add_extension(x509.AuthorityInformationAccess([x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url))]),
                critical=False)
        certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
        chain = () if ca else (issuer.certificate,)
        if with_root:
            chain += (self.root.certificate,)
        return Identity(self.folder, file_name or name, certificate, key, issuer, chain)

    # Staples: each returns the file.

    def staple(self, label, about, status=ocsp.OCSPCertStatus.GOOD, signer=None, embed=False,
               this_update=None, next_update=None, issuer=None, by_name=False):
        signer = signer or about.issuer
        this_update = this_update or now() - HOUR
        revoked = status == ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=about.certificate, issuer=(issuer or about.issuer).certificate,
            algorithm=hashes.SHA1(),
            cert_status=status, this_update=this_update,
            next_update=next_update or this_update + 7 * DAY,
            revocation_time=now() - 2 * DAY if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None)
        encoding = ocsp.OCSPResponderEncoding
        builder = builder.responder_id(encoding.NAME if by_name else encoding.HASH,
                                       signer.certificate)
        if embed:
            builder = builder.certificates([signer.certificate])
        return self._write(label, builder.sign(signer.key, hashes.SHA256()))

    def good(self, about):
        return self.staple(f"{about.name}.good", about)

    def delegated(self, about):
        return self.staple(f"{about.name}.delegated", about, signer=self.responder, embed=True)

    def expired(self, about):
        return self.staple(f"{about.name}.expired", about, this_update=now() - 9 * DAY,
                           next_update=now() - 2 * DAY)

    def revoked(self, about):
        return self.staple(f"{about.name}.revoked", about, status=ocsp.OCSPCertStatus.REVOKED)

    def foreign(self, about):
        return self.staple(f"{about.name}.foreign", self.sibling)

    def forged(self, about):
        """Signed by another customer of the same authority."""
        return self.staple(f"{about.name}.forged", about, signer=self.sibling, embed=True)

    def try_later(self, about):
        return self._write(f"{about.name}.try_later", ocsp.OCSPResponseBuilder.build_unsuccessful(
            ocsp.OCSPResponseStatus.TRY_LATER))

    def garbage(self, about):
        """`successful`, and nothing after it: as far as servers look, an OCSP response."""
        path = self.folder / f"{about.name}.garbage.ocsp"
        path.write_bytes(bytes.fromhex("30030a0100"))
        return path

    def _write(self, label, response):
        path = self.folder / f"{label}.ocsp"
        path.write_bytes(response.public_bytes(serialization.Encoding.DER))
        return path
