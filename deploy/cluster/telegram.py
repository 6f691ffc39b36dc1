"""A Telegram of this machine for a cluster brought up by hand: `python -m deploy.cluster.telegram PORT TOKEN`."""

import asyncio
import signal
import sys

from simulator.server import Simulator


async def serve(port: int, token: str) -> None:
    """Until SIGTERM."""
    simulator = Simulator()
    simulator.world.register(token, username="front_door_cluster_bot", name="Front door")
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await simulator.start(port=port)
    await stop.wait()
    await simulator.stop()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
