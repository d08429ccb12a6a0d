"""GnuTLS as an application uses it that keeps to the defaults: it connects, shakes hands and asks
gnutls_certificate_verify_peers3. Through the library, which gnutls-bin brings along: gnutls-cli
says in sentences what the library says in names."""
import contextlib
import ctypes
import dataclasses
import ipaddress
import socket

TIMEOUT_S = 5

# Of gnutls/gnutls.h.
CLIENT = 1 << 1
CREDENTIALS_CERTIFICATE = FORMAT_PEM = NAME_DNS = 1
STATUS_FLAGS = {
    1 << 5: "GNUTLS_CERT_REVOKED",
    1 << 6: "GNUTLS_CERT_SIGNER_NOT_FOUND",
    1 << 7: "GNUTLS_CERT_SIGNER_NOT_CA",
    1 << 8: "GNUTLS_CERT_INSECURE_ALGORITHM",
    1 << 9: "GNUTLS_CERT_NOT_ACTIVATED",
    1 << 10: "GNUTLS_CERT_EXPIRED",
    1 << 11: "GNUTLS_CERT_SIGNATURE_FAILURE",
    1 << 12: "GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED",
    1 << 14: "GNUTLS_CERT_UNEXPECTED_OWNER",
    1 << 15: "GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE",
    1 << 16: "GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE",
    1 << 17: "GNUTLS_CERT_MISMATCH",
    1 << 18: "GNUTLS_CERT_PURPOSE_MISMATCH",
    1 << 19: "GNUTLS_CERT_MISSING_OCSP_STATUS",
    1 << 20: "GNUTLS_CERT_INVALID_OCSP_STATUS",
    1 << 21: "GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS",
}

_library = ctypes.CDLL("libgnutls.so.30")
_pointer, _int, _text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p


class _Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint)]


def _function(name, *parameters, result=_int):
    function = getattr(_library, name)
    function.argtypes, function.restype = parameters, result
    return function


_check_version = _function("gnutls_check_version", _text, result=_text)
_strerror_name = _function("gnutls_strerror_name", _int, result=_text)
_error_is_fatal = _function("gnutls_error_is_fatal", _int)
_allocate = _function("gnutls_certificate_allocate_credentials", ctypes.POINTER(_pointer))
_free = _function("gnutls_certificate_free_credentials", _pointer, result=None)
_trust = _function("gnutls_certificate_set_x509_trust_file", _pointer, _text, _int)
_init = _function("gnutls_init", ctypes.POINTER(_pointer), ctypes.c_uint)
_deinit = _function("gnutls_deinit", _pointer, result=None)
_set_priority = _function("gnutls_set_default_priority", _pointer)
_set_credentials = _function("gnutls_credentials_set", _pointer, _int, _pointer)
_set_name = _function("gnutls_server_name_set", _pointer, _int, _text, ctypes.c_size_t)
_set_socket = _function("gnutls_transport_set_int2", _pointer, _int, _int, result=None)
_set_timeout = _function("gnutls_handshake_set_timeout", _pointer, ctypes.c_uint, result=None)
_handshake = _function("gnutls_handshake", _pointer)
_init_features = _function("gnutls_x509_tlsfeatures_init", ctypes.POINTER(_pointer))
_deinit_features = _function("gnutls_x509_tlsfeatures_deinit", _pointer, result=None)
_read_features = _function("gnutls_x509_ext_import_tlsfeatures", ctypes.POINTER(_Bytes), _pointer,
                           ctypes.c_uint)
_feature = _function("gnutls_x509_tlsfeatures_get", _pointer, ctypes.c_uint,
                     ctypes.POINTER(ctypes.c_uint))
_verify = _function("gnutls_certificate_verify_peers3", _pointer, _text,
                    ctypes.POINTER(ctypes.c_uint))

VERSION = tuple(int(part) for part in _check_version(None).decode().split("."))


@dataclasses.dataclass(frozen=True)
class Outcome:
    """`errors` are the names of the status flags, or of the one error that ended it."""

    errors: frozenset

    @classmethod
    def of(cls, *errors):
        return cls(frozenset(errors))

    @property
    def accepts(self):
        return not self.errors


ACCEPTED = Outcome.of()


def _failure(code):
    return Outcome.of((_strerror_name(code) or str(code).encode()).decode())


def _must(code):
    if code < 0:
        raise RuntimeError(f"GnuTLS: {_failure(code)}")


def _is_address(name):
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(name))
    return False


def _judge(session, name):
    code = _handshake(session)
    while code < 0 and not _error_is_fatal(code):
        code = _handshake(session)
    if code < 0:
        return _failure(code)
    status = ctypes.c_uint()
    code = _verify(session, name, ctypes.byref(status))
    if code < 0:
        return _failure(code)
    return Outcome(frozenset(text for flag, text in STATUS_FLAGS.items() if status.value & flag)
                   or frozenset(["GNUTLS_CERT_INVALID"] if status.value else []))


def connect(address, port, name, ca_file):
    """What GnuTLS says of the server at this address when it asks for `name`."""
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection((address, port), TIMEOUT_S))
        connection.settimeout(None)  # GnuTLS waits by itself
        credentials, session = _pointer(), _pointer()
        _must(_allocate(ctypes.byref(credentials)))
        stack.callback(_free, credentials)
        _must(_trust(credentials, str(ca_file).encode(), FORMAT_PEM))
        _must(_init(ctypes.byref(session), CLIENT))
        stack.callback(_deinit, session)
        _must(_set_priority(session))
        _must(_set_credentials(session, CREDENTIALS_CERTIFICATE, credentials))
        if not _is_address(name):
            _must(_set_name(session, NAME_DNS, name.encode(), len(name)))
        _set_socket(session, connection.fileno(), connection.fileno())
        _set_timeout(session, TIMEOUT_S * 1000)
        return _judge(session, name.encode())


def features(value):
    """What GnuTLS reads in the value of a TLS Feature extension; None when it cannot."""
    with contextlib.ExitStack() as stack:
        found, feature, read = _pointer(), ctypes.c_uint(), []
        _must(_init_features(ctypes.byref(found)))
        stack.callback(_deinit_features, found)
        if _read_features(ctypes.byref(_Bytes(value, len(value))), found, 0) < 0:
            return None
        while _feature(found, len(read), ctypes.byref(feature)) == 0:
            read.append(feature.value)
        return read
