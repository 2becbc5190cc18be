import { createServer } from "node:net";

/** The first of two neighbouring loopback ports that are free now: for the tool and for the sandbox beside it. */
export async function twoFreePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = await listenOnce(0);
    if (port !== undefined && port < 65535 && (await listenOnce(port + 1)) !== undefined) return port;
  }
  throw new Error("no two neighbouring ports are free");
}

async function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}
