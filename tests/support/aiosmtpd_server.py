"""An SMTP server with TLS and AUTH for tests, on 127.0.0.1.

Says "ready PORT" on stdout, then one JSON object a line for each message that it accepts. Ends when
its stdin does, so that it cannot outlive the test that started it.
"""

import argparse
import asyncio
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


class Printer:
    def __init__(self, always_tls):
        self.always_tls = always_tls

    async def handle_DATA(self, server, session, envelope):
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "recipients": envelope.rcpt_tos,
                    "data": envelope.content.decode("ascii"),
                    "tls": self.always_tls or session.ssl is not None,
                    "user": session.auth_data,
                }
            ),
            flush=True,
        )
        return "250 2.0.0 accepted"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--username", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--implicit-tls", action="store_true")
    options = parser.parse_args()

    # Clients that break off are what the tests are about.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        good = (data.login.decode(), data.password.decode()) == (options.username, options.password)
        return AuthResult(success=good, handled=good, auth_data=options.username)

    def session():
        return SMTP(
            Printer(options.implicit_tls),
            hostname="localhost",
            tls_context=None if options.implicit_tls else context,
            require_starttls=not options.implicit_tls,
            auth_required=True,
            # With TLS from the start aiosmtpd cannot tell that there is any.
            auth_require_tls=not options.implicit_tls,
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        session, "127.0.0.1", 0, ssl=context if options.implicit_tls else None
    )
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
