"""A TLS server by the GnuTLS library that staples any bytes to any certificate of its chain, where
gnutls-serv looks at them first and refuses what is of no use to a client."""
import contextlib
import ctypes

# Of gnutls/gnutls.h and gnutls/abstract.h.
SERVER = 1
CREDENTIALS_CERTIFICATE, FORMAT_PEM = 1, 1
SHUT_WR = 1
TIMEOUT_MS = 5000
CHAIN_MAX = 8

_library = ctypes.CDLL("libgnutls.so.30")
_pointer, _unsigned = ctypes.c_void_p, ctypes.c_uint


class Datum(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", _unsigned)]


class ParsedCertificate(ctypes.Structure):
    _fields_ = [("pubkey", _pointer), ("cert", Datum), ("type", ctypes.c_int)]


class Staple(ctypes.Structure):
    _fields_ = [("version", _unsigned), ("response", Datum), ("expires", ctypes.c_long),
                ("padding", ctypes.c_ubyte * 32)]


def _function(name, *parameters, result=ctypes.c_int):
    function = getattr(_library, name)
    function.argtypes, function.restype = parameters, result
    return function


_strerror = _function("gnutls_strerror", ctypes.c_int, result=ctypes.c_char_p)
_error_is_fatal = _function("gnutls_error_is_fatal", ctypes.c_int)
_allocate = _function("gnutls_certificate_allocate_credentials", ctypes.POINTER(_pointer))
_set_retrieve = _function("gnutls_certificate_set_retrieve_function3", _pointer, _pointer,
                          result=None)
_import_chain = _function("gnutls_pcert_list_import_x509_raw", ctypes.POINTER(ParsedCertificate),
                          ctypes.POINTER(_unsigned), ctypes.POINTER(Datum), ctypes.c_int, _unsigned)
_privkey_init = _function("gnutls_privkey_init", ctypes.POINTER(_pointer))
_privkey_import = _function("gnutls_privkey_import_x509_raw", _pointer, ctypes.POINTER(Datum),
                            ctypes.c_int, ctypes.c_char_p, _unsigned)
_init = _function("gnutls_init", ctypes.POINTER(_pointer), _unsigned)
_deinit = _function("gnutls_deinit", _pointer, result=None)
_set_priority = _function("gnutls_set_default_priority", _pointer)
_set_credentials = _function("gnutls_credentials_set", _pointer, ctypes.c_int, _pointer)
_set_socket = _function("gnutls_transport_set_int2", _pointer, ctypes.c_int, ctypes.c_int,
                        result=None)
_set_timeout = _function("gnutls_handshake_set_timeout", _pointer, _unsigned, result=None)
_handshake = _function("gnutls_handshake", _pointer)
_bye = _function("gnutls_bye", _pointer, ctypes.c_int)

_Retrieve = ctypes.CFUNCTYPE(
    ctypes.c_int, _pointer, _pointer, ctypes.POINTER(ctypes.POINTER(ParsedCertificate)),
    ctypes.POINTER(_unsigned), ctypes.POINTER(ctypes.POINTER(Staple)), ctypes.POINTER(_unsigned),
    ctypes.POINTER(_pointer), ctypes.POINTER(_unsigned))


def _must(code):
    if code < 0:
        raise RuntimeError(f"GnuTLS: {_strerror(code).decode()}")


def _datum(content):
    return Datum(content, len(content))


class Material:
    """What the server shows: the chain of an identity, its key, and staples for the certificates of
    the chain in their order, None for none."""

    def __init__(self, identity, staples):
        chain = _datum(identity.certificate_path.read_bytes())
        key = _datum(identity.key_path.read_bytes())
        self.certificates = (ParsedCertificate * CHAIN_MAX)()
        self.count = _unsigned(CHAIN_MAX)
        _must(_import_chain(self.certificates, ctypes.byref(self.count), ctypes.byref(chain),
                            FORMAT_PEM, 0))
        self.key = _pointer()
        _must(_privkey_init(ctypes.byref(self.key)))
        _must(_privkey_import(self.key, ctypes.byref(key), FORMAT_PEM, None, 0))
        self.contents = list(staples)  # what the next line only points to
        self.staples = (Staple * len(staples))(*(
            Staple(response=_datum(staple) if staple is not None else Datum())
            for staple in self.contents))
        self.retrieve = _Retrieve(self._retrieve)
        self.credentials = _pointer()
        _must(_allocate(ctypes.byref(self.credentials)))
        _set_retrieve(self.credentials, ctypes.cast(self.retrieve, _pointer))

    def _retrieve(self, _session, _info, certificates, count, staples, staple_count, key, flags):
        certificates[0] = ctypes.cast(self.certificates, ctypes.POINTER(ParsedCertificate))
        count[0] = self.count.value
        staples[0] = ctypes.cast(self.staples, ctypes.POINTER(Staple))
        staple_count[0] = len(self.staples)
        key[0] = self.key
        flags[0] = 0  # all of it stays ours
        return 0


def stapling(identity, staples):
    """The behaviour of a listener (servers.py) that shakes hands and says good-bye."""
    material = Material(identity, staples)

    def behaviour(connection, _stopping):
        with contextlib.ExitStack() as stack:
            session = _pointer()
            _must(_init(ctypes.byref(session), SERVER))
            stack.callback(_deinit, session)
            _must(_set_priority(session))
            _must(_set_credentials(session, CREDENTIALS_CERTIFICATE, material.credentials))
            _set_socket(session, connection.fileno(), connection.fileno())
            _set_timeout(session, TIMEOUT_MS)
            code = _handshake(session)
            while code < 0 and not _error_is_fatal(code):
                code = _handshake(session)
            if code == 0:
                _bye(session, SHUT_WR)
                while connection.recv(4096):
                    pass

    return behaviour
