"""Marks the calls of each test: `cairn record --per-test -- pytest` puts it in place for the time of the session."""

import os
import urllib.parse

import pytest

_PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")


def _mark(name):
    """Marks what programs started from here call, by the user name of their proxy, and what this one does."""
    os.environ["CAIRN_MARK"] = name
    for variable in _PROXIES:
        url = urllib.parse.urlsplit(os.environ.get(variable, ""))
        if url.password:
            # Twice: what is left when a client has read the address has to be ASCII, and without a colon.
            user = urllib.parse.quote(urllib.parse.quote(name[:256] or "cairn", safe=""), safe="")
            place = "%s:%s@%s:%s" % (user, url.password, url.hostname, url.port)
            os.environ[variable] = url._replace(netloc=place).geturl()


def _patch_botocore():
    """Clients keep connections over tests, so each request says whose it is, or that it is no test's. It is signed by then."""
    try:
        from botocore.httpsession import URLLib3Session
    except ImportError:
        return
    send = URLLib3Session.send

    def marked(self, request):
        name = os.environ.get("CAIRN_MARK")
        if name is not None:
            request.headers["x-cairn-mark"] = urllib.parse.quote(name, safe="")[:1024]
        return send(self, request)

    URLLib3Session.send = marked


if os.environ.get("CAIRN_RECORD_PROXY"):
    _patch_botocore()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(item, nextitem):
        _mark(item.nodeid)
        yield
        _mark("")
