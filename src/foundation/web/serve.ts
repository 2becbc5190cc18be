import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Listening {
  readonly port: number;
  /**
   * Stops accepting, lets the requests under way finish, and cuts off those that are not done by the deadline
   * (milliseconds from now). Resolves when no connection is left.
   */
  close(deadlineMs: number): Promise<void>;
}

/** Listens on host and port (0: a free one). Rejects with the system's error, such as EADDRINUSE. */
export async function serve(
  handler: RequestListener,
  at: { host: string; port: number },
): Promise<Listening> {
  // A slow sender must not hold a connection for ever (slowloris).
  const server = createServer(
    { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 10_000 },
    handler,
  );
  let closing = false;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (_req, res: ServerResponse) => {
    // A connection that was busy when the closing began would otherwise be kept for its next request.
    res.once("close", () => closing && setImmediate(() => server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (deadlineMs) =>
      new Promise((resolve) => {
        closing = true;
        const cutOff = setTimeout(() => server.closeAllConnections(), deadlineMs);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        server.closeIdleConnections();
        // Browsers connect ahead of need; to Node a connection that has said nothing yet is not an idle one.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      }),
  };
}
