// A receipt printer that is well until it is sent a slip, and then is gone for good.
import { createServer } from 'node:net';

/** The first byte of `DLE EOT n`, which asks how a printer is, and of its answer "well" (Epson's reference). */
const [DLE, EOT, WELL] = [0x10, 0x04, 0x12];
/** `GS v 0`: a picture. */
const PICTURE = Buffer.from([0x1d, 0x76, 0x30]);

/** Starts one; gives its address and a way to switch it off. */
export async function dyingPrinter() {
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (bytes.includes(PICTURE)) {
        return stop();
      }
      const asked = bytes.filter((byte, at) => byte === DLE && bytes[at + 1] === EOT).length;
      socket.write(Buffer.alloc(asked, WELL));
    });
  });
  function stop() {
    server.close();
    open.forEach((socket) => socket.destroy());
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${server.address().port}`, stop };
}
