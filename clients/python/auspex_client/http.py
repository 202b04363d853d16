"""JSON over HTTP with connections that are kept open.

Connections live in this module, not in the caller's: OpenEvolve executes evaluator.py anew for every candidate of a
cascade, and whatever that file holds is lost.
"""

import http.client
import json
import threading
from urllib.parse import urlsplit

_local = threading.local()


class ServiceError(Exception):
    """The service did not answer, or said no. ``status`` is 0 where there was no answer."""

    def __init__(self, status, code, message, hint=None, place=None):
        super().__init__(message if hint is None else f"{message} ({hint})")
        self.status = status
        self.code = code
        self.hint = hint
        self.place = place


def request(url, method, path, body=None, token=None, timeout=2.0):
    """Sends one request and returns the decoded answer.

    Raises ServiceError and nothing else. ``timeout`` is in seconds, for the connection and each read.
    """
    headers = {"accept": "application/json"}
    if body is not None:
        headers["content-type"] = "application/json"
        # A NaN would be no JSON: it is refused here, before it is sent.
        try:
            body = json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise ServiceError(0, "BAD_REQUEST", f"cannot be sent as JSON: {error}") from error
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    if timeout > 0:
        headers["x-request-deadline-ms"] = str(int(1000 * timeout))
    try:
        status, text = _exchange(url, method, path, body, headers, timeout)
        answer = json.loads(text)
    except (OSError, http.client.HTTPException, ValueError) as error:
        _drop(url)
        raise ServiceError(0, "UNAVAILABLE", f"{url} does not answer: {error}") from error
    if status < 400:
        return answer
    error = answer.get("error") if isinstance(answer, dict) else None
    # A proxy in between has errors of its own shape.
    error = error if isinstance(error, dict) else {}
    raise ServiceError(
        status, error.get("code", "UNKNOWN"), error.get("message", text[:200]), error.get("hint"), error.get("place")
    )


def _exchange(url, method, path, body, headers, timeout):
    is_fresh = url not in _connections()
    connection = _connect(url, timeout)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
        # A kept connection may have been closed since: once more on a new one. The service takes repeats.
        _drop(url)
        if is_fresh:
            raise
        return _exchange(url, method, path, body, headers, timeout)


def _connect(url, timeout):
    connection = _connections().get(url)
    if connection is None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = _connections()[url] = kind(parts.hostname, parts.port, timeout=timeout)
    connection.timeout = timeout
    if connection.sock is not None:
        connection.sock.settimeout(timeout)
    return connection


def _connections():
    if not hasattr(_local, "connections"):
        _local.connections = {}
    return _local.connections


def _drop(url):
    connection = _connections().pop(url, None)
    if connection is not None:
        connection.close()
