"""A mail server at the end of a long line, as a program of its own: each of its replies is late.

Arguments: the port, milliseconds. It accepts all mail and keeps none.
"""

import asyncio
import sys


async def serve(reader, writer, delay):
    async def reply(text):
        await asyncio.sleep(delay)
        writer.write(text + b"\r\n")

    await reply(b"220 sink")
    in_content = False
    while line := await reader.readline():
        if in_content:
            in_content = line != b".\r\n"
            if not in_content:
                await reply(b"250 accepted")
            continue
        verb = line[:4].upper()
        if verb == b"DATA":
            in_content = True
            await reply(b"354 go on")
        elif verb == b"QUIT":
            await reply(b"221 bye")
            break
        else:
            await reply(b"250 ok")
    writer.close()


async def main(port, milliseconds):
    async def session(reader, writer):
        try:
            await serve(reader, writer, milliseconds / 1000)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(session, "127.0.0.1", port, backlog=256)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
